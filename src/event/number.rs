//! The one number type: exact decimals of any size. See the helper that builds this room.
/// An exact decimal.
#[derive(Clone, Debug)]
pub struct Number;
