//! What app files mean: their fields, the canonical form, the rules across files.
