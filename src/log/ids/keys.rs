//! What an event is called and what it is about, as bytes that can be compared.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::table::EntityHash;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::event::envelope::{Choice, Envelope, Field, Part};
use crate::event::line::{Line, Offset};
use crate::event::scan::{Extractor, Projection, Span};
use crate::event::value::unescape;

/// Reads ids and entities.
pub struct Keys {
    id: Field,
    entity: Field,
    extractor: Extractor,
    fields: Vec<Option<Span>>,
    words: String,
}

/// The id and the entity of a line, as far as it has them: a string without its quotes and escapes, anything else as
/// it stands.
pub struct Key<'a> {
    /// The event id.
    pub id: Option<Cow<'a, [u8]>>,
    /// The entity.
    pub entity: Option<Cow<'a, [u8]>>,
}

impl Keys {
    /// Reads them where `choice` says.
    pub fn new(choice: &Choice) -> Result<Keys> {
        let envelope = Envelope::new(choice)?;
        let mut projection = Projection::default();
        let id = envelope.bind(Part::Id, &mut projection);
        let entity = envelope.bind(Part::Key, &mut projection);
        let words = format!("{}, {}", envelope.expression(Part::Id), envelope.expression(Part::Key));
        Ok(Keys { id, entity, extractor: Extractor::new(&projection), fields: Vec::new(), words })
    }

    /// Where they are read, in words.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The key of a line; a line that is no event is an error with its column.
    pub fn of<'a>(&mut self, line: &'a [u8]) -> Result<Key<'a>> {
        self.extractor.extract(line, &mut self.fields)?;
        let part = |field: &Field| field.text_in(line, &self.fields).map(plain);
        Ok(Key { id: part(&self.id), entity: part(&self.entity) })
    }

    /// The error for a line without an id.
    #[cold]
    pub fn no_id(&self) -> Error {
        let line = Line { bytes: b"", source: "", number: 0, offset: Offset(0) };
        let error = self.id.missing(&Event::new(line, 0, &[]));
        Error::data(error.what()).hint("--unique needs one in every event: name its field with --id PATH, or choose a --preset; the batch was not stored")
    }
}

/// A string without its quotes and escapes; anything else as it stands.
fn plain(text: &[u8]) -> Cow<'_, [u8]> {
    match text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")) {
        Some(inner) if inner.contains(&b'\\') => unescape(inner).map_or(Cow::Borrowed(text), Cow::Owned),
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Borrowed(text),
    }
}

/// The hash of an id.
pub fn hash_of(id: &[u8]) -> u64 {
    xxh3_64(id)
}

/// The hash of an entity.
pub fn entity_hash(entity: &[u8]) -> EntityHash {
    let mut hash = [0; 16];
    hash.copy_from_slice(&Sha256::digest(entity)[..16]);
    hash
}
