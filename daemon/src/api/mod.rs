//! The HTTP interface: `/v1`, answered from the published snapshot.
