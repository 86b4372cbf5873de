//! The page around plots and tables.

use std::fmt::Write;

const STYLE: &str = "\
body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:62em;padding:0 1em;color:#222;background:#fff}\
table{border-collapse:collapse;width:100%;font-size:13px}td,th{padding:.2em .6em;text-align:left;border-bottom:1px solid #ddd}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}tr.bad td{background:#fdecea}svg{width:100%;height:auto}\
.half{display:inline-block;width:48%;margin:.5em 1% 0 0;vertical-align:top}h3{font-size:14px;margin:.4em 0;overflow-wrap:anywhere}\
svg text{fill:#888}svg .name{fill:currentColor}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}td,th{border-color:#444}tr.bad td{background:#4a2320}}";

/// Text with the letters replaced that mean something in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A page while it is written. Texts are escaped.
#[derive(Clone, Debug)]
pub struct Page {
    text: String,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column<'a> {
    /// Words, aligned left.
    Text(&'a str),
    /// Numbers, aligned right.
    Number(&'a str),
}

impl Page {
    /// A page with a title.
    pub fn new(title: &str) -> Self {
        let title = escape(title);
        Self {
            text: format!(
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
                 <title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
            ),
        }
    }

    fn element(&mut self, name: &str, text: &str) {
        let _ = write!(self.text, "<{name}>{}</{name}>", escape(text));
    }

    /// A heading of a part.
    pub fn heading(&mut self, text: &str) {
        self.element("h2", text);
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str) {
        self.element("p", text);
    }

    /// A list of remarks; nothing if there is none.
    pub fn list<S: AsRef<str>>(&mut self, items: &[S]) {
        if !items.is_empty() {
            self.text.push_str("<ul>");
            items.iter().for_each(|item| self.element("li", item.as_ref()));
            self.text.push_str("</ul>");
        }
    }

    /// A drawing as wide as the page.
    pub fn figure(&mut self, svg: &str) {
        self.text.push_str(svg);
    }

    /// A drawing with a title, two in a row.
    pub fn half(&mut self, title: &str, svg: &str) {
        self.text.push_str("<div class=\"half\">");
        self.element("h3", title);
        let _ = write!(self.text, "{svg}</div>");
    }

    /// A table. Rows that are marked have another background.
    pub fn table<R, S>(&mut self, columns: &[Column<'_>], rows: impl IntoIterator<Item = (bool, R)>)
    where
        R: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let class = |column: Option<&Column<'_>>| match column {
            Some(Column::Number(_)) => " class=\"n\"",
            _ => "",
        };
        self.text.push_str("<table><tr>");
        for column in columns {
            let (Column::Text(name) | Column::Number(name)) = column;
            let _ = write!(self.text, "<th{}>{}", class(Some(column)), escape(name));
        }
        self.text.push_str("</tr>");
        for (is_marked, cells) in rows {
            self.text.push_str(if is_marked { "<tr class=\"bad\">" } else { "<tr>" });
            for (index, cell) in cells.into_iter().enumerate() {
                let _ = write!(self.text, "<td{}>{}", class(columns.get(index)), escape(cell.as_ref()));
            }
            self.text.push_str("</tr>");
        }
        self.text.push_str("</table>");
    }

    /// The whole page.
    pub fn finish(mut self) -> String {
        self.text.push_str("</html>\n");
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let mut page = Page::new("a < b");
        page.list(&["x & y"]);
        page.table(&[Column::Text("name"), Column::Number("n")], [(true, ["<i>", "1"])]);
        let text = page.finish();
        assert!(text.contains("<title>a &lt; b</title>") && text.contains("<li>x &amp; y</li>"));
        assert!(text.contains("<tr class=\"bad\"><td>&lt;i&gt;<td class=\"n\">1</tr></table></html>"));
    }
}
