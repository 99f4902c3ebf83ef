//! The declarations of entities in a document type. What is in other files is never fetched.

use super::end::End;
use super::entity::{Entities, begins_name, character, name_in, reference};

/// Adds the entities that a document type declares.
pub(super) fn declare(document_type: &str, entities: &mut Entities) -> Result<(), End> {
    // The name and the address of a document type may have quotes; what it declares stands in brackets.
    let begin = outside_quotes(document_type, '[').map_or(document_type.len(), |at| at + 1);
    declarations(&document_type[begin..], entities)
}

fn declarations(text: &str, entities: &mut Entities) -> Result<(), End> {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '%']) {
        rest = &rest[at..];
        if let Some(behind) = rest.strip_prefix("<!--") {
            rest = behind.split_once("-->").map_or("", |(_, behind)| behind);
        } else if let Some(behind) = rest.strip_prefix("<?") {
            rest = behind.split_once("?>").map_or("", |(_, behind)| behind);
        } else if rest.starts_with('%') {
            rest = &rest[1..];
            more(name_in(rest), entities)?;
        } else {
            let end = outside_quotes(rest, '>').unwrap_or(rest.len());
            if let Some(declaration) = rest[..end].strip_prefix("<!ENTITY") {
                entity(declaration, entities)?;
            }
            rest = &rest[end..];
        }
    }
    Ok(())
}

/// Reads the declarations that an entity for them stands for. One that is not declared, or in another file, stands for nothing.
fn more(name: &str, entities: &mut Entities) -> Result<(), End> {
    let name = format!("%{name}");
    if entities.is_here(&name) {
        let text = entities.enter(&name)?;
        declarations(&text, entities)?;
        entities.leave();
    }
    Ok(())
}

/// Reads one declaration, behind its first word: a name, and a value in quotes or where it is.
fn entity(declaration: &str, entities: &mut Entities) -> Result<(), End> {
    let mut rest = declaration.trim_start();
    let is_for_declarations = rest.starts_with('%') && rest[1..].starts_with(|c: char| c.is_ascii_whitespace());
    if is_for_declarations {
        rest = rest[1..].trim_start();
    }
    let name = name_in(rest);
    if !begins_name(name) {
        return Err(End::rdf4j("The name of the entity is required in the entity declaration."));
    }
    let rest = &rest[name.len()..];
    if !rest.starts_with(|c: char| c.is_ascii_whitespace()) {
        let said =
            format!("White space is required between the entity name \"{name}\" and the definition in the entity declaration.");
        return Err(End::rdf4j(said));
    }
    let name = if is_for_declarations { format!("%{name}") } else { name.to_owned() };
    let rest = rest.trim_start();
    if rest.starts_with("SYSTEM") || rest.starts_with("PUBLIC") {
        return entities.add(&name, None);
    }
    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return Err(End::ours(format!("The value of the entity \"{name}\" has no quote before it")));
    };
    match rest[1..].split_once(quote) {
        Some((value, end)) if end.trim().is_empty() => entities.add(&name, Some(replacement(value)?)),
        _ => Err(End::rdf4j(format!("The declaration for the entity \"{name}\" must end with '>'."))),
    }
}

/// What is kept of a value: numbers of characters are read at once, references to entities when the entity is used (XML 1.0, section 4.4).
fn replacement(value: &str) -> Result<String, End> {
    if let Some((_, behind)) = value.split_once('%') {
        return Err(percent(behind));
    }
    let mut parts = value.split('&');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = reference(part)?;
        match character(name)? {
            Some(c) if name.starts_with('#') => text.push(c),
            _ => text.extend(["&", name, ";"]),
        }
        text.push_str(rest);
    }
    Ok(text)
}

/// What is said of a `%` in a value.
fn percent(behind: &str) -> End {
    let name = name_in(behind);
    if !begins_name(name) {
        return End::rdf4j("The entity name must immediately follow the '%' in the parameter entity reference.");
    }
    let what = format!("The parameter entity reference \"%{name};\"");
    if behind[name.len()..].starts_with(';') {
        return End::rdf4j(format!("{what} cannot occur within markup in the internal subset of the DTD."));
    }
    End::rdf4j(format!("{what} must end with the ';' delimiter."))
}

/// Where a character is that stands in no quotes.
fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == wanted => return Some(at),
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(_) | None => {}
        }
        None
    })
}
