//! The traits that jaq asks of a value (being built).
