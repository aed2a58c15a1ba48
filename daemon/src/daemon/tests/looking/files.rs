//! Files that tasks leave in their sandboxes.

use super::*;
use ship_core::protocol::{FILE_SIZE_HEADER, FileListing};
use std::path::PathBuf;

impl Looking {
    fn sandbox(&self) -> PathBuf {
        self.engine.sandbox(&self.task(0)).expect("every task gets one")
    }

    fn files(&self, rest: &str) -> (u16, String) {
        self.get(&format!("/v1/tasks/{}/files{rest}", self.task(0)))
    }
}

#[test]
fn a_sandbox_is_listed_and_read_in_parts() {
    let looking = looking(1);
    fs::create_dir(looking.sandbox().join("logs")).unwrap();
    fs::write(looking.sandbox().join("logs/out.txt"), "0123456789").unwrap();
    let listing = |path: &str| serde_json::from_str::<FileListing>(&looking.files(path).1).unwrap();
    assert_eq!(listing("").entries.len(), 1);
    let logs = listing("?path=/logs");
    assert_eq!((logs.entries[0].name.as_str(), logs.entries[0].size), ("out.txt", 10));

    let text = |rest: &str| looking.files(&format!("/content?path=logs/out.txt{rest}"));
    assert_eq!(text(""), (200, "0123456789".to_owned()));
    assert_eq!(text("&offset=3&length=4"), (200, "3456".to_owned()));
    assert_eq!(text("&offset=8&length=100"), (200, "89".to_owned()));
    assert_eq!(text("&offset=18446744073709551615").0, 422);
    assert_eq!(text("&offset=1000"), (200, String::new()));
    let url = format!("/v1/tasks/{}/files/content?path=logs/out.txt&offset=8", looking.task(0));
    let answer = looking.soon(reqwest::get(looking.url(&url))).unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!([header(FILE_SIZE_HEADER), header("content-length")], ["10", "2"]);
}

#[test]
fn a_big_file_comes_whole_and_is_not_read_ahead_of_its_reader() {
    let looking = looking(1);
    let much: Vec<u8> = (0..20_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    fs::write(looking.sandbox().join("much"), &much).unwrap();
    let url = looking.url(&format!("/v1/tasks/{}/files/content?path=much", looking.task(0)));
    let mut answer = looking.soon(reqwest::get(url)).unwrap();
    let first = looking.soon(answer.chunk()).unwrap().expect("a chunk");
    // So far has been read what fits between disk and reader; what is beyond can still change.
    let file = fs::OpenOptions::new().write(true).open(looking.sandbox().join("much")).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, b"end", much.len() as u64 - 3).unwrap();
    let rest = looking.soon(answer.bytes()).unwrap();
    assert_eq!(first.len() + rest.len(), much.len());
    assert_eq!(&rest[rest.len() - 3..], b"end");
    assert!(rest[..rest.len() - 3] == much[first.len()..much.len() - 3]);
}

#[test]
fn what_cannot_be_read_is_told_why() {
    let looking = looking(1);
    std::os::unix::fs::symlink("/etc/passwd", looking.sandbox().join("link")).unwrap();
    let status = |rest: &str| looking.files(rest).0;
    assert_eq!(looking.get("/v1/tasks/none/files").0, 404);
    assert_eq!(status("?path=none"), 404);
    assert_eq!(status("/content?path=none"), 404);
    assert_eq!(status("/content"), 400);
    assert_eq!(status("/content?path=link&offset=many"), 400);
    for path in ["link", "../../agent.json", "%2e%2e/x", "a%00b"] {
        assert_eq!(status(&format!("?path={path}")), 422, "{path}");
        assert_eq!(status(&format!("/content?path={path}")), 422, "{path}");
    }
    assert_eq!(status("/content?path=/"), 422, "a folder");
}

#[test]
fn a_sandbox_goes_with_its_container() {
    let looking = looking(1);
    let (task, sandbox) = (looking.task(0), looking.sandbox());
    fs::write(sandbox.join("left"), "over").unwrap();
    looking.engine.exit(&task, 0, crate::runtime::LastWords::default());
    let patience = std::time::Instant::now() + PATIENCE;
    while sandbox.exists() {
        assert!(std::time::Instant::now() < patience, "it goes");
        std::thread::yield_now();
    }
    assert!(!looking.engine.containers().contains(&task));
}

#[test]
fn sandboxes_outlive_the_agent_and_leftovers_do_not() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    let first = Process::boot(data.path(), &engine).unwrap();
    let id = first.desire("c1", 1);
    first.wait("it runs", succeeded(&id));
    let task = tasks(&first.master().snapshot()).pop_first().unwrap();
    let sandbox = engine.sandbox(&task).unwrap();
    fs::write(sandbox.join("kept"), "").unwrap();
    let leftover = sandbox.with_file_name("web.instance-gone");
    fs::create_dir(&leftover).unwrap();
    first.kill();
    let second = Process::boot(data.path(), &engine).unwrap();
    let patience = std::time::Instant::now() + PATIENCE;
    while leftover.exists() {
        assert!(std::time::Instant::now() < patience, "it goes");
        std::thread::yield_now();
    }
    assert!(sandbox.join("kept").exists());
    second.stop();
    assert!(sandbox.join("kept").exists());
}

#[test]
fn where_the_engine_sees_other_files_tasks_run_and_have_no_sandbox() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    engine.move_elsewhere();
    let process = Process::boot(data.path(), &engine).unwrap();
    let id = process.desire("c1", 1);
    process.wait("it runs", succeeded(&id));
    let looking = Looking { process, engine, _data: data };
    let (status, text) = looking.files("");
    assert_eq!((status, text.contains("has no sandbox")), (404, true), "{text}");
}
