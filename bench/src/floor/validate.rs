//! Reading, parsing and checking app files, and nothing else: list, read, JSON value, schema, typed.

use anyhow::{Context, Result};
use rayon::prelude::*;
use serde_json::Value;
use ship_core::manifest::AppFile;
use std::fs;
use std::path::{Path, PathBuf};

/// Run as a process of its own, as the product is. Returns how many files are valid.
pub(crate) fn run(folder: &Path, schema: &Path) -> Result<usize> {
    let schema: Value = serde_json::from_slice(&fs::read(schema)?)?;
    let validator = jsonschema::validator_for(&schema).context("the schema is one")?;
    let valid = files(folder)?.par_iter().map(|file| check(&validator, file)).collect::<Result<Vec<bool>>>()?;
    Ok(valid.into_iter().filter(|valid| *valid).count())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => found.extend(files(&entry.path())?),
            false => found.push(entry.path()),
        }
    }
    Ok(found)
}

fn check(validator: &jsonschema::Validator, file: &Path) -> Result<bool> {
    let text = fs::read(file)?;
    let value: Value = serde_json::from_slice(&text)?;
    let typed: Result<AppFile, _> = serde_json::from_slice(&text);
    Ok(validator.is_valid(&value) && typed.is_ok())
}
