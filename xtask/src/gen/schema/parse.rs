//! The part of the FlatBuffers declaration language that model formats use: enums, unions, tables, attributes.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

/// A file of declarations, with all names resolved.
pub(super) struct Schema {
    /// The four bytes that mark a file.
    pub(super) identifier: String,
    pub(super) root: String,
    pub(super) enums: Vec<Enum>,
    pub(super) unions: Vec<Union>,
    pub(super) tables: Vec<Table>,
}

pub(super) struct Enum {
    pub(super) docs: Vec<String>,
    pub(super) name: String,
    pub(super) base: Number,
    pub(super) values: Vec<Value>,
}

pub(super) struct Value {
    pub(super) docs: Vec<String>,
    pub(super) name: String,
    pub(super) number: i64,
}

/// A choice of tables; their tags count from 1.
pub(super) struct Union {
    pub(super) docs: Vec<String>,
    pub(super) name: String,
    pub(super) members: Vec<String>,
}

pub(super) struct Table {
    pub(super) docs: Vec<String>,
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, Option<String>>,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Field {
    pub(super) docs: Vec<String>,
    pub(super) name: String,
    pub(super) kind: Kind,
    /// As declared, if it is.
    pub(super) default: Option<String>,
    pub(super) attributes: BTreeMap<String, Option<String>>,
}

impl Field {
    pub(super) fn has(&self, attribute: &str) -> bool {
        self.attributes.contains_key(attribute)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// Its name in Rust.
    pub(super) rust: &'static str,
    pub(super) bytes: usize,
}

#[derive(Clone)]
pub(super) enum Kind {
    Number(Number),
    /// An enum and what it is stored as.
    Enum(String, Number),
    String,
    Table(String),
    /// A union takes two fields: the tag, and the table.
    Union(String),
    Vector(Box<Kind>),
}

fn number(name: &str) -> Option<Number> {
    let (rust, bytes) = match name {
        "bool" => ("bool", 1),
        "byte" | "int8" => ("i8", 1),
        "ubyte" | "uint8" => ("u8", 1),
        "short" | "int16" => ("i16", 2),
        "ushort" | "uint16" => ("u16", 2),
        "int" | "int32" => ("i32", 4),
        "uint" | "uint32" => ("u32", 4),
        "long" | "int64" => ("i64", 8),
        "ulong" | "uint64" => ("u64", 8),
        "float" | "float32" => ("f32", 4),
        "double" | "float64" => ("f64", 8),
        _ => return None,
    };
    Some(Number { rust, bytes })
}

impl Schema {
    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    pub(super) fn union(&self, name: &str) -> Option<&Union> {
        self.unions.iter().find(|union| union.name == name)
    }
}

struct Declared<'a> {
    enums: &'a BTreeMap<String, Number>,
    unions: &'a [String],
    tables: &'a [String],
}

impl Declared<'_> {
    /// The parser takes every name for a table's.
    fn resolve(&self, kind: &mut Kind) -> Result<()> {
        match kind {
            Kind::Vector(element) => self.resolve(element)?,
            Kind::Table(name) => {
                let name = std::mem::take(name);
                *kind = if let Some(&base) = self.enums.get(&name) {
                    Kind::Enum(name, base)
                } else if self.unions.contains(&name) {
                    Kind::Union(name)
                } else {
                    ensure!(self.tables.contains(&name), "{name} is not declared");
                    Kind::Table(name)
                };
            }
            _ => {}
        }
        Ok(())
    }
}

pub(super) fn parse(text: &str) -> Result<Schema> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let mut schema = parser.declarations()?;
    let enums: BTreeMap<String, Number> =
        schema.enums.iter().map(|found| (found.name.clone(), found.base)).collect();
    let unions: Vec<String> = schema.unions.iter().map(|union| union.name.clone()).collect();
    let tables: Vec<String> = schema.tables.iter().map(|table| table.name.clone()).collect();
    for table in &mut schema.tables {
        for field in &mut table.fields {
            let declared = Declared { enums: &enums, unions: &unions, tables: &tables };
            declared.resolve(&mut field.kind).with_context(|| format!("{}.{}", table.name, field.name))?;
        }
    }
    let mut members: Vec<&String> = schema.unions.iter().flat_map(|union| &union.members).collect();
    members.sort();
    for pair in members.windows(2) {
        ensure!(pair[0] != pair[1], "{} is a member of two unions", pair[0]);
    }
    for member in members {
        ensure!(schema.table(member).is_some(), "{member} is not declared");
    }
    ensure!(schema.table(&schema.root).is_some(), "there is no root table");
    Ok(schema)
}

struct Token {
    line: usize,
    text: String,
}

/// Names, numbers, strings (without quotes), punctuation, and doc comments (with their slashes).
fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        let mut rest = line.trim();
        while !rest.is_empty() {
            let length = if rest.starts_with("//") {
                if !rest.starts_with("///") {
                    break;
                }
                rest.len()
            } else if let Some(text) = rest.strip_prefix('"') {
                text.find('"').with_context(|| format!("line {line_number}: a string without end"))? + 2
            } else {
                let in_word = |c: char| c.is_ascii_alphanumeric() || "_.-+".contains(c);
                let word = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
                word.max(rest.chars().next().map_or(0, char::len_utf8))
            };
            let (token, after) = rest.split_at(length);
            tokens.push(Token { line: line_number, text: token.trim_matches('"').to_owned() });
            rest = after.trim_start();
        }
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn declarations(&mut self) -> Result<Schema> {
        let mut schema = Schema {
            identifier: String::new(),
            root: String::new(),
            enums: Vec::new(),
            unions: Vec::new(),
            tables: Vec::new(),
        };
        while self.at < self.tokens.len() {
            let docs = self.docs();
            let line = self.tokens.get(self.at).map_or(0, |token| token.line);
            self.declaration(&mut schema, docs).with_context(|| format!("line {line}"))?;
        }
        Ok(schema)
    }

    fn declaration(&mut self, schema: &mut Schema, docs: Vec<String>) -> Result<()> {
        match self.next()?.as_str() {
            "namespace" | "file_extension" | "attribute" => {
                self.next()?;
                self.expect(";")
            }
            "file_identifier" => {
                schema.identifier = self.next()?;
                ensure!(schema.identifier.len() == 4, "an identifier has four bytes");
                self.expect(";")
            }
            "root_type" => {
                schema.root = self.next()?;
                self.expect(";")
            }
            "enum" => {
                let name = self.next()?;
                self.expect(":")?;
                let base = self.next()?;
                let base = number(&base).with_context(|| format!("{base} is no type of number"))?;
                schema.enums.push(Enum { docs, name, base, values: self.values()? });
                Ok(())
            }
            "union" => {
                let name = self.next()?;
                let members = self.values()?.into_iter().map(|value| value.name).collect();
                schema.unions.push(Union { docs, name, members });
                Ok(())
            }
            "table" => {
                let name = self.next()?;
                let attributes = self.attributes()?;
                schema.tables.push(Table { docs, name, attributes, fields: self.fields()? });
                Ok(())
            }
            other => bail!("{other:?} begins no declaration"),
        }
    }

    fn values(&mut self) -> Result<Vec<Value>> {
        self.expect("{")?;
        let mut values: Vec<Value> = Vec::new();
        loop {
            let docs = self.docs();
            if self.accept("}") {
                return Ok(values);
            }
            let name = self.next()?;
            let number = if self.accept("=") {
                self.next()?.parse()?
            } else {
                values.last().map_or(0, |value| value.number + 1)
            };
            self.attributes()?;
            self.accept(",");
            values.push(Value { docs, name, number });
        }
    }

    fn fields(&mut self) -> Result<Vec<Field>> {
        self.expect("{")?;
        let mut fields = Vec::new();
        loop {
            let docs = self.docs();
            if self.accept("}") {
                return Ok(fields);
            }
            let name = self.next()?;
            self.expect(":")?;
            let kind = self.kind()?;
            let default = if self.accept("=") { Some(self.next()?) } else { None };
            let attributes = self.attributes()?;
            self.expect(";")?;
            fields.push(Field { docs, name, kind, default, attributes });
        }
    }

    fn kind(&mut self) -> Result<Kind> {
        if self.accept("[") {
            let element = self.kind()?;
            self.expect("]")?;
            return Ok(Kind::Vector(Box::new(element)));
        }
        let name = self.next()?;
        Ok(match number(&name) {
            Some(number) => Kind::Number(number),
            None if name == "string" => Kind::String,
            None => Kind::Table(name),
        })
    }

    fn attributes(&mut self) -> Result<BTreeMap<String, Option<String>>> {
        let mut attributes = BTreeMap::new();
        if self.accept("(") {
            while !self.accept(")") {
                let name = self.next()?;
                let value = if self.accept(":") { Some(self.next()?) } else { None };
                self.accept(",");
                attributes.insert(name, value);
            }
        }
        Ok(attributes)
    }

    fn docs(&mut self) -> Vec<String> {
        let mut docs = Vec::new();
        while let Some(line) = self.tokens.get(self.at).and_then(|token| token.text.strip_prefix("///")) {
            docs.push(line.trim().to_owned());
            self.at += 1;
        }
        docs
    }

    fn next(&mut self) -> Result<String> {
        let token = self.tokens.get(self.at).context("the file ends in a declaration")?;
        self.at += 1;
        Ok(token.text.clone())
    }

    fn accept(&mut self, text: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|token| token.text == text);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, text: &str) -> Result<()> {
        let found = self.next()?;
        ensure!(found == text, "line {}: {text:?} expected, found {found:?}", self.tokens[self.at - 1].line);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_and_names_resolved() {
        let schema = parse(
            r#"file_identifier "ABCD"; root_type Root;
            /// A choice.
            union Choice { Leaf }
            enum Color : ubyte { RED, GREEN = 4, BLUE (deprecated) }
            table Root { choice:Choice; colors:[Color] (force_align: 4, present); /// Docs.
            size:int = -1; }
            table Leaf {} // the end"#,
        )
        .unwrap();
        assert_eq!((schema.identifier.as_str(), schema.root.as_str()), ("ABCD", "Root"));
        assert_eq!(schema.unions[0].docs, ["A choice."]);
        let numbers: Vec<i64> = schema.enums[0].values.iter().map(|value| value.number).collect();
        assert_eq!(numbers, [0, 4, 5]);
        let fields = &schema.tables[0].fields;
        assert!(matches!(&fields[0].kind, Kind::Union(name) if name == "Choice"));
        assert!(matches!(&fields[1].kind, Kind::Vector(element) if matches!(**element, Kind::Enum(..))));
        assert_eq!(fields[1].attributes["force_align"].as_deref(), Some("4"));
        assert_eq!((fields[2].docs.join(""), fields[2].default.as_deref()), ("Docs.".to_owned(), Some("-1")));
        assert!(parse("table Root { x:Missing; } root_type Root;").is_err());
    }
}
