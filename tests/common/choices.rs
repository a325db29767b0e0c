//! A small generator of choices, so that a test that fails can be repeated.

/// A small generator of choices; the constants are Knuth's for MMIX.
pub struct Choices(pub u64);

impl Choices {
    /// The next choice: a number below `count`.
    pub fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}
