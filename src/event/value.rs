//! The value type under the jq interpreter: JSON with exact numbers; strings keep every byte.
/// A JSON value.
#[derive(Clone, Debug)]
pub struct Value;
impl Value {
    /// Parses JSON text.
    pub fn parse(text: &[u8]) -> crate::error::Result<Value> {
        let _ = text;
        unimplemented!()
    }
}
