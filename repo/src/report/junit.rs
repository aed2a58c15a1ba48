//! JUnit, for CI systems that show tests: one case for each file, failed if the file has a mistake.

use crate::diagnostic::Diagnostic;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;

/// One test case for each file with mistakes; one that passes if there is none.
#[must_use]
pub fn junit(diagnostics: &[Diagnostic]) -> String {
    let mut by_file: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for found in diagnostics {
        by_file.entry(&found.file).or_default().push(found);
    }
    let mut suite = TestSuite::new("app files");
    suite.add_test_cases(by_file.into_iter().map(|(file, found)| failed(file, &found)));
    if diagnostics.is_empty() {
        suite.add_test_case(TestCase::new("all files", TestCaseStatus::success()));
    }
    let mut report = Report::new("shipctl validate");
    report.add_test_suite(suite);
    report.to_string().expect("XML texts drop what XML cannot hold")
}

fn failed(file: &str, found: &[&Diagnostic]) -> TestCase {
    let lines: Vec<String> = found.iter().map(|found| line(found)).collect();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(match found {
        [one] => one.message.clone(),
        more => format!("{} errors", more.len()),
    });
    status.set_type(found.first().map_or("", |found| found.code));
    status.set_description(lines.join("\n"));
    TestCase::new(file, status)
}

fn line(found: &Diagnostic) -> String {
    let at = format!("{}:{}:{}", found.file, found.start.line, found.start.column);
    let hint = found.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{at}: error[{}]: {}{hint}", found.code, found.message)
}
