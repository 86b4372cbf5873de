//! Views of tables in place, enums, and layouts.

use std::fmt::Write;

use anyhow::{Context, Result, bail};

use super::parse::{Enum, Field, Kind, Schema, Table, Union};
use super::{docs, head, identifier};

pub(super) fn write(schema: &Schema, format: &str) -> Result<String> {
    let mut out = head(format, "Views of the tables, enums, and the layouts that verification walks.");
    out.push_str("#![allow(dead_code, non_upper_case_globals, unused_imports)]\n\nuse core::fmt;\n\n");
    out.push_str("use crate::table::{Scalar, Strings, Table, Tables, Variant, Vector};\n");
    out.push_str("use crate::verify::{Kind, Layout, field};\n\n");
    writeln!(out, "/// What a file of the format has in its bytes 4 to 7.")?;
    writeln!(out, "pub(crate) const IDENTIFIER: [u8; 4] = *b\"{}\";\n", schema.identifier)?;
    writeln!(out, "/// The layout of the root table.")?;
    writeln!(out, "pub(crate) static ROOT: &Layout = &{};\n", layout_name(&schema.root))?;
    for declared in &schema.enums {
        write_enum(&mut out, declared)?;
    }
    for union in &schema.unions {
        write_tag(&mut out, union)?;
    }
    for table in &schema.tables {
        write_view(&mut out, schema, table)?;
    }
    for table in &schema.tables {
        write_layout(&mut out, schema, table)?;
    }
    Ok(out)
}

/// An enum is a number with names, since files may hold values that are not known.
fn write_enum(out: &mut String, declared: &Enum) -> Result<()> {
    let values: Vec<(String, String, i64)> = declared
        .values
        .iter()
        .map(|value| (docs(&value.docs, &format!("`{}`.", value.name)), value.name.clone(), value.number))
        .collect();
    let otherwise = format!("Values of the format's `{}`.", declared.name);
    write_names(out, &docs(&declared.docs, &otherwise), &declared.name, declared.base.rust, &values)
}

/// The tag of a union.
fn write_tag(out: &mut String, union: &Union) -> Result<()> {
    let mut values = vec![("/// No table.\n".to_owned(), "NONE".to_owned(), 0)];
    for (index, member) in union.members.iter().enumerate() {
        values.push((format!("/// [`{member}`](struct@{member}).\n"), member.clone(), index as i64 + 1));
    }
    let text = docs(&union.docs, &format!("Members of the format's union `{}`.", union.name));
    write_names(out, &text, &union.name, "u8", &values)
}

fn write_names(
    out: &mut String,
    docs: &str,
    name: &str,
    base: &str,
    values: &[(String, String, i64)],
) -> Result<()> {
    write!(
        out,
        "{docs}#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]\npub struct {name}(pub {base});\n\n"
    )?;
    writeln!(out, "impl {name} {{")?;
    for (docs, value, number) in values {
        writeln!(out, "{docs}pub const {value}: Self = Self({number});")?;
    }
    writeln!(
        out,
        "\n/// All that are known, with their names.\npub const KNOWN: &'static [(Self, &'static str)] = &["
    )?;
    for (_, value, _) in values {
        writeln!(out, "(Self::{value}, \"{value}\"),")?;
    }
    writeln!(
        out,
        "];\n
        /// Its name, if it is known.
        pub fn name(self) -> Option<&'static str> {{
            Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
        }}

        /// What has this name.
        pub fn from_name(name: &str) -> Option<Self> {{
            Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
        }}
        }}

        impl fmt::Debug for {name} {{
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{
                match self.name() {{
                    Some(name) => f.write_str(name),
                    None => write!(f, \"{name}({{}})\", self.0),
                }}
            }}
        }}

        impl Scalar for {name} {{
            const SIZE: usize = {base}::SIZE;

            fn read(bytes: &[u8]) -> Self {{
                Self({base}::read(bytes))
            }}

            fn bytes(self) -> [u8; 8] {{
                self.0.bytes()
            }}
        }}
        "
    )?;
    Ok(())
}

fn write_view(out: &mut String, schema: &Schema, table: &Table) -> Result<()> {
    let name = &table.name;
    let text = docs(&table.docs, &format!("The format's table `{name}`."));
    write!(out, "{text}#[derive(Clone, Copy, Debug, Default)]\npub struct {name}<'a>(Table<'a>);\n\n")?;
    write!(
        out,
        "impl<'a> From<Table<'a>> for {name}<'a> {{ fn from(table: Table<'a>) -> Self {{ Self(table) }} }}\n\n"
    )?;
    if name == &schema.root {
        write!(
            out,
            "impl<'a> From<{name}<'a>> for Table<'a> {{ fn from(root: {name}<'a>) -> Self {{ root.0 }} }}\n\n"
        )?;
    }
    if let Some(union) = schema.unions.iter().find(|union| union.members.contains(name)) {
        let union = &union.name;
        write!(
            out,
            "impl<'a> Variant<'a> for {name}<'a> {{ type Union = {union}; const TAG: {union} = {union}::{name}; }}\n\n"
        )?;
    }
    let mut methods = String::new();
    let mut number = 0;
    for field in &table.fields {
        let index = number;
        number += if matches!(field.kind, Kind::Union(_)) { 2 } else { 1 };
        if !field.has("deprecated") {
            write_method(&mut methods, schema, field, index)
                .with_context(|| format!("{name}.{}", field.name))?;
        }
    }
    if !methods.is_empty() {
        write!(out, "impl<'a> {name}<'a> {{\n{methods}}}\n\n")?;
    }
    Ok(())
}

fn write_method(out: &mut String, schema: &Schema, field: &Field, index: usize) -> Result<()> {
    let name = identifier(&field.name);
    let default = default(schema, field)?;
    let otherwise = match &field.default {
        Some(declared) => format!("The field `{}`; {declared} if it is absent.", field.name),
        None => format!("The field `{}`.", field.name),
    };
    let text = docs(&field.docs, &otherwise);
    match &field.kind {
        Kind::Union(union) => {
            writeln!(
                out,
                "/// Which table `{name}` is.\npub fn {name}_type(self) -> {union} {{ self.0.scalar({index}, {union}::NONE) }}\n"
            )?;
            writeln!(
                out,
                "pub(crate) fn {name}_table(self) -> Option<Table<'a>> {{ self.0.table({}) }}\n",
                index + 1
            )?;
            writeln!(
                out,
                "{text}/// `None` also if it is another table of the union.\npub fn {name}<V: Variant<'a, Union = {union}>>(self) -> Option<V> {{ self.0.variant(self.{name}_type(), {}) }}\n",
                index + 1
            )?;
        }
        kind => {
            let (returns, reads) = match kind {
                Kind::Number(number) => (number.rust.to_owned(), format!("scalar({index}, {default})")),
                Kind::Enum(name, _) => (name.clone(), format!("scalar({index}, {default})")),
                Kind::String => ("Option<&'a str>".to_owned(), format!("string({index})")),
                Kind::Table(name) => (format!("Option<{name}<'a>>"), format!("table({index})")),
                Kind::Vector(element) => match &**element {
                    Kind::Number(number) => {
                        (format!("Vector<'a, {}>", number.rust), format!("vector({index})"))
                    }
                    Kind::Enum(name, _) => (format!("Vector<'a, {name}>"), format!("vector({index})")),
                    Kind::String => ("Strings<'a>".to_owned(), format!("strings({index})")),
                    Kind::Table(name) => (format!("Tables<'a, {name}<'a>>"), format!("tables({index})")),
                    _ => bail!("vectors of unions or vectors are not supported"),
                },
                Kind::Union(_) => unreachable!("handled above"),
            };
            writeln!(out, "{text}pub fn {name}(self) -> {returns} {{ self.0.{reads} }}\n")?;
        }
    }
    Ok(())
}

/// The value of a scalar field that is absent, as Rust has it; empty for other fields.
pub(super) fn default(schema: &Schema, field: &Field) -> Result<String> {
    Ok(match &field.kind {
        Kind::Number(number) => match (number.rust, field.default.as_deref()) {
            ("bool", declared) => declared.unwrap_or("false").to_owned(),
            ("f32" | "f64", Some(declared)) if !declared.contains('.') => format!("{declared}.0"),
            ("f32" | "f64", declared) => declared.unwrap_or("0.0").to_owned(),
            (_, declared) => declared.unwrap_or("0").to_owned(),
        },
        Kind::Enum(name, _) => {
            let found = schema.enums.iter().find(|found| &found.name == name).context("an enum")?;
            let value = found.values.iter().find(|value| match &field.default {
                Some(declared) => &value.name == declared,
                None => value.number == 0,
            });
            format!("{name}::{}", value.with_context(|| format!("{name} has no default value"))?.name)
        }
        _ => String::new(),
    })
}

/// The name of the static with the layout of a table.
fn layout_name(table: &str) -> String {
    let mut name = String::from("LAYOUT_OF");
    let mut before = ' ';
    for letter in table.chars() {
        if letter.is_ascii_uppercase() && !before.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
        before = letter;
    }
    name
}

fn write_layout(out: &mut String, schema: &Schema, table: &Table) -> Result<()> {
    writeln!(out, "static {}: Layout = Layout {{ fields: &[", layout_name(&table.name))?;
    for field in &table.fields {
        if matches!(field.kind, Kind::Union(_)) && field.has("deprecated") {
            bail!("{}: a deprecated union", table.name);
        }
        let kind = match &field.kind {
            _ if field.has("deprecated") => "Kind::Unused".to_owned(),
            _ if field.has("borrowed") => "Kind::Data".to_owned(),
            Kind::Number(number) | Kind::Enum(_, number) => format!("Kind::Scalar({})", number.bytes),
            Kind::String => "Kind::String".to_owned(),
            Kind::Table(name) => format!("Kind::Table(&{})", layout_name(name)),
            Kind::Union(name) => {
                writeln!(out, "field(\"{}_type\", Kind::Scalar(1)),", field.name)?;
                let members = schema.union(name).map(|union| union.members.as_slice()).unwrap_or_default();
                let members: Vec<String> =
                    members.iter().map(|name| format!("&{}", layout_name(name))).collect();
                format!("Kind::Union(&[{}])", members.join(", "))
            }
            Kind::Vector(element) => match &**element {
                Kind::Number(number) | Kind::Enum(_, number) => format!("Kind::Vector({})", number.bytes),
                Kind::String => "Kind::Strings".to_owned(),
                Kind::Table(name) => format!("Kind::Tables(&{})", layout_name(name)),
                _ => bail!("vectors of unions or vectors are not supported"),
            },
        };
        writeln!(out, "field(\"{}\", {kind}),", field.name)?;
    }
    out.push_str("]};\n\n");
    Ok(())
}
