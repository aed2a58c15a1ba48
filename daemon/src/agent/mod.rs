//! One machine: receives tasks from the master, runs them through the runtime, reports.
