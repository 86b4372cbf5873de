//! Owned tables: plain data, read from views and taken apart for the writer.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::{Context, Result, bail};

use super::parse::{Field, Kind, Schema, Table, Union};
use super::views::default;
use super::{docs, head, identifier};

pub(super) fn write(schema: &Schema, format: &str) -> Result<String> {
    let borrowing = borrowing(schema);
    let mut out = head(format, "Owned tables.");
    out.push_str("#![allow(unused_imports)]\n\nuse alloc::borrow::Cow;\nuse alloc::string::String;\nuse alloc::vec;\nuse alloc::vec::Vec;\n\n");
    writeln!(out, "use crate::generated::{format} as views;")?;
    out.push_str("use crate::owned::{each, optional, strings, text, unknown};\nuse crate::table::Table;\n");
    out.push_str("use crate::write::{Field, Record};\nuse crate::Result;\n\n");
    for union in &schema.unions {
        write_union(&mut out, union)?;
    }
    for table in &schema.tables {
        write_table(&mut out, schema, table, &borrowing)?;
    }
    Ok(out)
}

/// The tables that hold borrowed bytes, or tables that do.
fn borrowing(schema: &Schema) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    loop {
        let holds = |field: &Field| {
            field.has("borrowed") || matches!(table_of(&field.kind), Some(name) if found.contains(name))
        };
        let more: Vec<String> = schema
            .tables
            .iter()
            .filter(|table| !found.contains(&table.name) && table.fields.iter().any(holds))
            .map(|table| table.name.clone())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

fn table_of(kind: &Kind) -> Option<&String> {
    match kind {
        Kind::Table(name) => Some(name),
        Kind::Vector(element) => table_of(element),
        _ => None,
    }
}

fn write_union(out: &mut String, union: &Union) -> Result<()> {
    let name = &union.name;
    let text = docs(&union.docs, &format!("The format's union `{name}`."));
    write!(
        out,
        "{text}#[derive(Clone, Debug, PartialEq)]\n#[allow(missing_docs, clippy::large_enum_variant)]\n"
    )?;
    writeln!(out, "pub enum {name} {{")?;
    for member in &union.members {
        writeln!(out, "{member}({member}),")?;
    }
    out.push_str("}\n\n");
    writeln!(out, "impl {name} {{")?;
    writeln!(out, "fn from_view(tag: views::{name}, table: Option<Table<'_>>) -> Result<Option<Self>> {{")?;
    writeln!(out, "let Some(table) = table else {{ return Ok(None) }};\nOk(Some(match tag {{")?;
    writeln!(out, "views::{name}::NONE => return Ok(None),")?;
    for member in &union.members {
        writeln!(out, "views::{name}::{member} => Self::{member}({member}::from_view(table.into())?),")?;
    }
    writeln!(out, "other => return Err(unknown(\"{name}\", other.0)),\n}}))\n}}\n")?;
    writeln!(
        out,
        "/// The tag that stands for the table.\npub fn tag(&self) -> views::{name} {{\nmatch self {{"
    )?;
    for member in &union.members {
        writeln!(out, "Self::{member}(_) => views::{name}::{member},")?;
    }
    writeln!(out, "}}\n}}\n\nfn record(&self) -> &dyn Record {{\nmatch self {{")?;
    for member in &union.members {
        writeln!(out, "Self::{member}(table) => table,")?;
    }
    out.push_str("}\n}\n}\n\n");
    for member in &union.members {
        writeln!(
            out,
            "impl From<{member}> for {name} {{ fn from(table: {member}) -> Self {{ Self::{member}(table) }} }}\n"
        )?;
    }
    Ok(())
}

/// What the code has to say of a field.
struct Member {
    /// Its type.
    kind: String,
    /// Its value in a new table; empty if it is its type's default value.
    initial: String,
    /// How it is read from `view`.
    read: String,
    /// What the writer gets.
    parts: String,
}

fn write_table(out: &mut String, schema: &Schema, table: &Table, borrowing: &BTreeSet<String>) -> Result<()> {
    let name = &table.name;
    let [mut declared, mut initials, mut reads, mut parts] = [const { String::new() }; 4];
    let (mut needs_default, mut view) = (false, "_");
    for field in &table.fields {
        if field.has("deprecated") || field.has("outside") {
            let part = if field.has("outside") { "Place" } else { "Absent" };
            writeln!(parts, "Field::{part},")?;
            continue;
        }
        let member = member(schema, field, borrowing).with_context(|| format!("{name}.{}", field.name))?;
        let rust = identifier(&field.name);
        let text = docs(&field.docs, &format!("The field `{}`.", field.name));
        writeln!(declared, "{text}pub {rust}: {},", member.kind)?;
        let initial = if member.initial.is_empty() { "Default::default()" } else { &member.initial };
        writeln!(initials, "{rust}: {initial},")?;
        writeln!(reads, "{rust}: {},", member.read)?;
        writeln!(parts, "{},", member.parts)?;
        needs_default |= !member.initial.is_empty();
        view = "view";
    }
    let (own, any, given) = if borrowing.contains(name) { ("<'a>", "<'_>", "'a") } else { ("", "", "'_") };
    let by_hand = table.attributes.contains_key("initial");
    let derived = if needs_default || by_hand { "" } else { ", Default" };
    let text = docs(&table.docs, &format!("The format's table `{name}`."));
    writeln!(
        out,
        "{text}#[derive(Clone, Debug, PartialEq{derived})]
        pub struct {name}{own} {{
            {declared}
        }}\n"
    )?;
    if needs_default && !by_hand {
        writeln!(
            out,
            "impl Default for {name}{any} {{
                fn default() -> Self {{
                    Self {{ {initials} }}
                }}
            }}\n"
        )?;
    }
    let visible = if name == &schema.root { "pub(crate) " } else { "" };
    writeln!(
        out,
        "impl{own} {name}{own} {{
            {visible}fn from_view({view}: views::{name}<{given}>) -> Result<Self> {{
                Ok(Self {{ {reads} }})
            }}
        }}

        impl Record for {name}{any} {{
            fn fields(&self) -> Vec<Field<'_>> {{
                vec![{parts}]
            }}
        }}\n"
    )?;
    Ok(())
}

fn member(schema: &Schema, field: &Field, borrowing: &BTreeSet<String>) -> Result<Member> {
    let (plain, rust) = (&field.name, identifier(&field.name));
    let (align, present) = (align(field), field.has("present"));
    let lifetime = |name: &String| if borrowing.contains(name) { "<'a>" } else { "" };
    let inside = format!("map_err(|error| error.within(\"{plain}\", None))?");
    let (kind, read, parts) = match &field.kind {
        Kind::Number(number) => {
            let default = default(schema, field)?;
            (
                number.rust.to_owned(),
                format!("view.{rust}()"),
                format!("Field::scalar(self.{rust}, {default})"),
            )
        }
        Kind::Enum(of, _) => {
            let default = default(schema, field)?;
            let part = format!("Field::scalar(self.{rust}, views::{default})");
            (format!("views::{of}"), format!("view.{rust}()"), part)
        }
        Kind::String => {
            ("String".to_owned(), format!("text(view.{rust}())"), format!("Field::string(&self.{rust})"))
        }
        Kind::Table(of) => (
            format!("Option<{of}{}>", lifetime(of)),
            format!("view.{rust}().map({of}::from_view).transpose().{inside}"),
            format!("Field::table(self.{rust}.as_ref())"),
        ),
        Kind::Union(of) => (
            format!("Option<{of}>"),
            format!("{of}::from_view(view.{rust}_type(), view.{rust}_table()).{inside}"),
            format!(
                "Field::scalar(self.{rust}.as_ref().map_or(views::{of}::NONE, {of}::tag), views::{of}::NONE),
                self.{rust}.as_ref().map_or(Field::Absent, |union| Field::Table(union.record()))"
            ),
        ),
        Kind::Vector(element) => match &**element {
            Kind::Table(of) => (
                format!("Vec<{of}{}>", lifetime(of)),
                format!("each(\"{plain}\", view.{rust}(), {of}::from_view)?"),
                format!("Field::tables(&self.{rust}, {present})"),
            ),
            Kind::String => (
                "Vec<String>".to_owned(),
                format!("strings(view.{rust}())"),
                format!("Field::strings(&self.{rust})"),
            ),
            Kind::Number(_) if field.has("borrowed") => (
                "Option<Cow<'a, [u8]>>".to_owned(),
                format!("optional(view.{rust}(), |data| Cow::Borrowed(data.bytes()))"),
                format!("Field::data(self.{rust}.as_deref(), {align})"),
            ),
            Kind::Number(_) | Kind::Enum(..) => {
                let of = match &**element {
                    Kind::Enum(of, _) => format!("views::{of}"),
                    Kind::Number(number) => number.rust.to_owned(),
                    _ => bail!("not a scalar"),
                };
                if field.has("optional") {
                    (
                        format!("Option<Vec<{of}>>"),
                        format!("optional(view.{rust}(), |vector| vector.to_vec())"),
                        format!("Field::optional(self.{rust}.as_deref(), {align})"),
                    )
                } else {
                    (
                        format!("Vec<{of}>"),
                        format!("view.{rust}().to_vec()"),
                        format!("Field::vector(&self.{rust}, {align}, {present})"),
                    )
                }
            }
            _ => bail!("vectors of unions or vectors are not supported"),
        },
    };
    Ok(Member { kind, initial: initial(schema, field)?, read, parts })
}

/// The value of a new table's field where it differs from the default value of its type; otherwise empty.
fn initial(schema: &Schema, field: &Field) -> Result<String> {
    let default = default(schema, field)?;
    Ok(match &field.kind {
        Kind::Number(_) if !["0", "0.0", "false"].contains(&default.as_str()) => default,
        Kind::Enum(..) if !is_zero_enum(schema, field) => format!("views::{default}"),
        _ => String::new(),
    })
}

fn is_zero_enum(schema: &Schema, field: &Field) -> bool {
    let Kind::Enum(name, _) = &field.kind else { return false };
    let value = schema.enums.iter().find(|found| &found.name == name).and_then(|found| {
        found
            .values
            .iter()
            .find(|value| Some(&value.name) == field.default.as_ref())
            .map(|value| value.number)
    });
    value.unwrap_or(0) == 0
}

/// The alignment of a vector's elements that the declaration asks for beyond their own; 1 if it does not.
fn align(field: &Field) -> String {
    field.attributes.get("force_align").cloned().flatten().unwrap_or_else(|| "1".to_owned())
}
