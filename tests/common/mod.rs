//! What several test programs share: the runner of shell sessions and the repository's files.

pub mod folder;
pub mod repository;
pub mod session;
