//! The durable records of a cluster.
