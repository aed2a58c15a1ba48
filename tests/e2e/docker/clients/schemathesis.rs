//! Requests made up from the OpenAPI document, right ones and wrong ones: none may meet a mistake of ours, and every
//! answer is as the document says. A master alone takes them: what they ask for is never run.

use crate::support::{Cluster, client};

/// So many made-up requests for each operation, besides those at the edges of its schema.
const EXAMPLES: &str = "5";
/// Answers without an end, and one that is for git's forges; `/` leads elsewhere.
const LEFT_OUT: &str = "(events|follow|/exec|/v1/logs|/v1/hooks|/content|^/$)";

#[test]
#[expect(clippy::print_stdout, reason = "its summary is what one wants to see of this test")]
fn every_answer_is_as_the_document_says() {
    let cluster = Cluster::of_hosts(&[]);
    let document = format!("{}/openapi.json", cluster.master.ready("http"));
    let checks = "not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance";
    let mut schemathesis = client("venv/bin/schemathesis");
    schemathesis.current_dir(cluster.folder("schemathesis"));
    schemathesis.args(["run", &document, "--checks", checks, "--exclude-path-regex", LEFT_OUT]);
    schemathesis.args(["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "1"]);
    schemathesis.args(["--workers", "1", "--request-timeout", "30", "--no-shrink", "--continue-on-failure"]);
    schemathesis.args(["--generation-database", "none", "--no-color", "--warnings", "off"]);
    // A word of the API that is seldom made up from its schema is no mistake of ours.
    schemathesis.args(["--suppress-health-check", "filter_too_much"]);
    let output = schemathesis.output().expect("schemathesis runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", cluster.master.log());
    println!("{}", said.split("SUMMARY").last().unwrap_or_default());
}
