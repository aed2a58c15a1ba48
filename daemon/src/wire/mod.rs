//! The protocol between master and agents: gRPC, typed in `agents.proto`.
