//! Durable streams: segments, the head, writers, readers, consumers. This layer knows lines and
//! offsets, and nothing of operators or the command line.
