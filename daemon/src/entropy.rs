//! The only source of chance: the kernel's.

use std::fs::File;
use std::io::{self, Read};

/// A number that nobody can guess.
pub fn seed() -> io::Result<u64> {
    Ok(u64::from_ne_bytes(bytes()?))
}

/// A secret of 256 bits, as hexadecimal text.
pub fn token() -> io::Result<String> {
    Ok(bytes::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}
