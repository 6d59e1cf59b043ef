//! The shape of SAPIENT messages as data: one table for reading, writing, judging and the JSON form.

pub mod enums;
pub mod messages;

/// What a field holds on the wire.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// IEEE 754, 64 bits.
    Double,
    /// IEEE 754, 32 bits.
    Float,
    /// A signed number of 32 bits as a varint.
    Int32,
    /// A signed number of 64 bits as a varint.
    Int64,
    /// A truth as a varint.
    Bool,
    /// UTF-8 text.
    Text,
    /// Bytes.
    Bytes,
    /// A number of a closed list.
    Enum(&'static Words),
    /// A message of its own.
    Message(&'static Kind),
}

/// How often a field may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Once or not at all; its absence can be told.
    Optional,
    /// Once; the zero of its form is not written and counts as absent.
    Implicit,
    /// Any number of times.
    Repeated,
    /// Once, and none of its fellows beside it: index into [`Kind::one_ofs`].
    OneOf(u8),
}

/// The form that an id must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdForm {
    /// UUID version 4, lower case, with dashes.
    Uuid,
    /// ULID, upper case.
    Ulid,
}

/// One field of a message.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its number on the wire.
    pub number: u32,
    /// Its name, also in the JSON form.
    pub name: &'static str,
    /// What it holds.
    pub form: Form,
    /// How often it may come.
    pub label: Label,
    /// True when the standard wants it.
    pub is_mandatory: bool,
    /// The form of the id that it holds, if it holds one.
    pub id: Option<IdForm>,
}

/// Fields that exclude each other.
#[derive(Clone, Copy, Debug)]
pub struct OneOf {
    /// Its name.
    pub name: &'static str,
    /// True when one of them must be there.
    pub is_mandatory: bool,
}

/// A kind of message.
#[derive(Debug)]
pub struct Kind {
    /// Its name in the interface descriptions.
    pub name: &'static str,
    /// Fields that exclude each other.
    pub one_ofs: &'static [OneOf],
    /// Its fields in the order of their numbers, which is the order on the wire.
    pub fields: &'static [Field],
}

/// A closed list.
#[derive(Debug)]
pub struct Words {
    /// Its name in the interface descriptions.
    pub name: &'static str,
    /// Number and word of each value, in the order of the numbers.
    pub values: &'static [(i32, &'static str)],
}

impl Kind {
    /// Where the field of that number stands among the fields.
    pub fn index_of_number(&self, number: u32) -> Option<usize> {
        self.fields.binary_search_by_key(&number, |field| field.number).ok()
    }

    /// Where the field of that name stands among the fields.
    pub fn index_of_name(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

impl Words {
    /// The word of a number, if the list has it.
    pub fn word(&self, number: i32) -> Option<&'static str> {
        let at = self.values.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.values.get(at).map(|(_, word)| *word)
    }

    /// The number of a word, if the list has it.
    pub fn number(&self, word: &str) -> Option<i32> {
        self.values.iter().find(|(_, known)| *known == word).map(|(number, _)| *number)
    }
}

const fn scalar(number: u32, name: &'static str, form: Form) -> Field {
    Field { number, name, form, label: Label::Optional, is_mandatory: false, id: None }
}

const fn message(number: u32, name: &'static str, kind: &'static Kind) -> Field {
    scalar(number, name, Form::Message(kind))
}

const fn enumeration(number: u32, name: &'static str, words: &'static Words) -> Field {
    scalar(number, name, Form::Enum(words))
}

impl Field {
    const fn mandatory(self) -> Self {
        Self { is_mandatory: true, ..self }
    }

    const fn repeated(self) -> Self {
        Self { label: Label::Repeated, ..self }
    }

    const fn implicit(self) -> Self {
        Self { label: Label::Implicit, ..self }
    }

    const fn one_of(self, index: u8) -> Self {
        Self { label: Label::OneOf(index), ..self }
    }

    const fn uuid(self) -> Self {
        Self { id: Some(IdForm::Uuid), ..self }
    }

    const fn ulid(self) -> Self {
        Self { id: Some(IdForm::Ulid), ..self }
    }
}
