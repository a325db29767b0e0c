//! The value type under the jq interpreter: JSON with exact numbers; strings keep every byte.
