//! The master: one task owns the cluster, everything else sends it inputs and reads its snapshots.

pub mod links;
