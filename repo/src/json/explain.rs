//! What a validation error means to the person who wrote the file: which part is to blame, in plain words,
//! and what was probably meant.

use super::parse::MOST;
use super::words::{TEXT, actual, expected, name, repair, types};
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::types::JsonType;
use serde_json::Value;
use ship_core::manifest::{Finding, Place, Rule, nearest};

/// Fields that the API reports about an app and that cannot be asked for.
const REPORTED: [&str; 9] = [
    "deployments",
    "lastTaskFailure",
    "readinessCheckResults",
    "tasks",
    "tasksHealthy",
    "tasksRunning",
    "tasksStaged",
    "tasksStats",
    "tasksUnhealthy",
];

/// What other tools call our fields.
const SYNONYMS: [(&str, &str); 8] = [
    ("command", "cmd"),
    ("count", "instances"),
    ("depends_on", "dependencies"),
    ("environment", "env"),
    ("memory", "mem"),
    ("name", "id"),
    ("replicas", "instances"),
    ("scale", "instances"),
];

/// One error of the validator can be several findings: each unknown field is one.
pub(crate) fn explain(error: &ValidationError<'_>, schema: &Value, noun: &str) -> Vec<Finding> {
    let place = Place { pointer: error.instance_path().as_str().to_owned(), ..Place::default() };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let siblings = siblings(error, schema);
            unexpected.iter().take(MOST).map(|field| unknown(field, &place, &siblings, schema, noun)).collect()
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => match best_branch(context, error) {
            Some(branch) => branch.iter().flat_map(|error| explain(error, schema, noun)).collect(),
            None => vec![no_branch(context, error, place)],
        },
        kind => vec![
            single(kind, error.instance(), place, noun)
                .unwrap_or_else(|place| Finding::new(Rule::NotAllowed, place, error.to_string())),
        ],
    }
}

/// Errors that are one finding; gives the place back for those that need the validator's own words.
fn single(kind: &Kind, value: &Value, place: Place, noun: &str) -> Result<Finding, Place> {
    let subject = subject(&place, noun);
    Ok(match kind {
        Kind::Required { property } => missing(property, place, &subject),
        Kind::Type { kind } => wrong_type(kind, value, place, &subject),
        Kind::Enum { options } => not_allowed(options, value, place),
        Kind::Constant { expected_value } => {
            not_allowed(&Value::Array(vec![expected_value.as_ref().clone()]), value, place)
        }
        Kind::Minimum { limit } => out_of_range(place, format!("{subject} must be at least {limit}")),
        Kind::Maximum { limit } => out_of_range(place, format!("{subject} must be at most {limit}")),
        Kind::ExclusiveMinimum { limit } => out_of_range(place, format!("{subject} must be more than {limit}")),
        Kind::ExclusiveMaximum { limit } => out_of_range(place, format!("{subject} must be less than {limit}")),
        Kind::MinLength { limit: 1 } => out_of_range(place, format!("{subject} must not be empty")),
        Kind::MinLength { limit } => out_of_range(place, format!("{subject} must have at least {limit} characters")),
        Kind::MaxLength { limit } => out_of_range(place, format!("{subject} must have at most {limit} characters")),
        Kind::MinItems { limit: 1 } => {
            out_of_range(place, format!("{subject} must not be an empty list")).hint("leave the field out instead")
        }
        Kind::MinItems { limit } => out_of_range(place, format!("{subject} must have at least {}", elements(*limit))),
        Kind::MaxItems { limit } => out_of_range(place, format!("{subject} must have at most {}", elements(*limit))),
        Kind::Pattern { .. } => {
            let finding = Finding::new(Rule::NotAllowed, place, format!("{subject} cannot be {value}"));
            finding.hint("use lower-case letters, digits and `-`, beginning and ending with a letter or digit")
        }
        _ => return Err(place),
    })
}

fn subject(place: &Place, noun: &str) -> String {
    name(&place.pointer).map_or_else(|| format!("the {noun}"), |name| format!("`{name}`"))
}

fn elements(count: u64) -> String {
    format!("{count} element{}", if count == 1 { "" } else { "s" })
}

fn out_of_range(place: Place, message: String) -> Finding {
    Finding::new(Rule::OutOfRange, place, message)
}

fn missing(property: &Value, place: Place, subject: &str) -> Finding {
    let field = property.as_str().unwrap_or_default();
    let example = match field {
        "id" => Some("give it a name, such as `\"id\": \"web\"`"),
        "image" if subject.contains("containers") => {
            Some("name an image, such as `\"image\": {\"id\": \"nginx:1.29\"}`")
        }
        "image" => Some("name an image, such as `\"image\": \"nginx:1.29\"`"),
        _ => None,
    };
    let finding = Finding::new(Rule::MissingField, place.key(), format!("{subject} needs the field `{field}`"));
    match example {
        Some(example) => finding.hint(example),
        None => finding,
    }
}

fn wrong_type(kind: &TypeKind, value: &Value, place: Place, subject: &str) -> Finding {
    let wanted = types(kind);
    let message = format!("{subject} must be {}, not {}", expected(kind), actual(value));
    let finding = Finding::new(Rule::WrongType, place, message);
    match repair(&wanted, value) {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

fn not_allowed(options: &Value, value: &Value, place: Place) -> Finding {
    let words: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let finding = Finding::new(Rule::NotAllowed, place, format!("{value} is not allowed here"));
    let list = words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
    match value.as_str().and_then(|text| nearest(text, words.iter().copied())) {
        Some(word) => finding.hint(format!("did you mean `\"{word}\"`?")),
        None => finding.hint(format!("use {}{list}", if words.len() > 1 { "one of " } else { "" })),
    }
}

fn unknown(field: &str, owner: &Place, siblings: &[&str], schema: &Value, noun: &str) -> Finding {
    let place = owner.then(field).key();
    let finding = Finding::new(Rule::UnknownField, place, format!("unknown field `{field}`"));
    let finding = finding.label(format!("not a field of {}", owner_name(owner, noun)));
    let synonym = || SYNONYMS.iter().find(|(word, known)| *word == field && siblings.contains(known));
    if let Some(known) = nearest(field, siblings.iter().copied()).or_else(|| synonym().map(|(_, known)| *known)) {
        return finding.hint(format!("did you mean `{known}`?"));
    }
    if REPORTED.contains(&field) && noun == "app" {
        return finding.hint("the API reports this about an app; in a file it means nothing: remove it");
    }
    if noun == "group" && matches!(field, "apps" | "groups" | "pods") {
        return finding.hint("apps and groups are files and folders beside this file");
    }
    match home_of(field, schema) {
        Some(home) if home.is_empty() => finding.hint(format!("`{field}` belongs to the {noun} itself")),
        Some(home) => finding.hint(format!("`{field}` belongs into `{home}`")),
        None => finding,
    }
}

fn owner_name(owner: &Place, noun: &str) -> String {
    match name(&owner.pointer) {
        Some(name) => format!("`{name}`"),
        None if noun == "app" => "an app".to_owned(),
        None if noun == "group" => "a group".to_owned(),
        None => noun.to_owned(),
    }
}

/// The fields that would have been known where an unknown one stands.
fn siblings<'s>(error: &ValidationError<'_>, schema: &'s Value) -> Vec<&'s str> {
    let keyword = error.schema_path().as_str();
    let owner = keyword.rfind('/').and_then(|at| schema.pointer(&keyword[..at]));
    let properties = owner.and_then(|owner| owner.get("properties")).and_then(Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str)).collect()
}

/// Where in the schema a field of this name lives, as a dotted path; the shallowest place wins.
fn home_of(field: &str, schema: &Value) -> Option<String> {
    let mut level = vec![(String::new(), schema)];
    while !level.is_empty() {
        let mut next = Vec::new();
        for (path, schema) in level {
            let schema = schema.get("items").unwrap_or(schema);
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else { continue };
            if properties.contains_key(field) {
                return Some(path);
            }
            let below = |name: &String| if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            next.extend(properties.iter().map(|(name, schema)| (below(name), schema)));
        }
        level = next;
    }
    None
}

/// The branch that was meant: the one whose type fits, or that got deepest. `None` if all fail at once.
fn best_branch<'e>(
    context: &'e [Vec<ValidationError<'static>>],
    error: &ValidationError<'_>,
) -> Option<&'e [ValidationError<'static>]> {
    let here = error.instance_path().as_str();
    let fails_at_once = |branch: &&Vec<ValidationError<'static>>| {
        branch.iter().any(|error| {
            let at_once = matches!(error.kind(), Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. });
            at_once && error.instance_path().as_str() == here
        })
    };
    let depth = |branch: &&Vec<ValidationError<'static>>| {
        branch.iter().map(|error| error.instance_path().as_str().len()).max().unwrap_or(0)
    };
    context.iter().filter(|branch| !fails_at_once(branch)).max_by_key(depth).map(Vec::as_slice)
}

/// All branches refuse the value itself: say what any of them would take.
fn no_branch(context: &[Vec<ValidationError<'static>>], error: &ValidationError<'_>, place: Place) -> Finding {
    let value = error.instance();
    let mut takes: Vec<String> = Vec::new();
    let mut wanted: Vec<JsonType> = Vec::new();
    let mut words: Vec<Value> = Vec::new();
    for kind in context.iter().flatten().map(ValidationError::kind) {
        match kind {
            Kind::Type { kind } => {
                wanted.extend(types(kind));
                takes.push(expected(kind));
            }
            Kind::Enum { options } => words.extend(options.as_array().into_iter().flatten().cloned()),
            Kind::Constant { expected_value } => words.push(expected_value.as_ref().clone()),
            _ => {}
        }
    }
    words.retain(|word| !word.is_null());
    if value.is_string() && !words.is_empty() {
        return not_allowed(&Value::Array(words), value, place);
    }
    if !words.is_empty() {
        wanted.retain(|kind| *kind != JsonType::String);
        takes.retain(|word| word != TEXT);
    }
    takes.extend(words.iter().map(|word| format!("`{word}`")));
    takes.retain(|word| !word.is_empty());
    let message = format!("{} must be {}, not {}", subject(&place, "value"), takes.join(" or "), actual(value));
    let finding = Finding::new(Rule::WrongType, place, message);
    match repair(&wanted, value) {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}
