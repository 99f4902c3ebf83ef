//! What stands for a reference between tags: a character, a text, or elements.

use super::document::Document;
use super::end::End;
use super::entity::character;
use super::source::{Piece, Source};

impl Document<'_, '_> {
    pub(super) fn reference(&mut self, name: &str) -> Result<(), End> {
        if let Some(c) = character(name)? {
            return self.characters(c.encode_utf8(&mut [0; 4]));
        }
        let value = self.entities.enter(name)?;
        if value.contains(['<', '&', ']']) {
            self.pieces(&value)?;
        } else {
            self.characters(&value)?;
        }
        self.entities.leave();
        Ok(())
    }

    /// Reads what stands for an entity as a document is read. All of it is at the place of the reference.
    fn pieces(&mut self, value: &str) -> Result<(), End> {
        let depth = self.elements.depth();
        let mut source = Source::of_entity(value);
        while let Some((piece, _)) = source.read().map_err(|(end, _)| end)? {
            if self.elements.depth() == depth && matches!(piece, Piece::End(_)) {
                let element = self.elements.innermost();
                return Err(End::rdf4j(format!("The element \"{element}\" must start and end within the same entity.")));
            }
            if matches!(piece, Piece::DocType(_)) {
                return Err(End::ours("A document type stands in an entity"));
            }
            self.piece(piece)?;
        }
        if self.elements.depth() > depth {
            return Err(End::rdf4j("XML document structures must start and end within the same entity."));
        }
        Ok(())
    }
}
