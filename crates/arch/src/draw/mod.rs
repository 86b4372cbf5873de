//! A network as a drawing: an SVG image, or an HTML page with tables.

mod page;
mod picture;

pub use page::html;
pub use picture::svg;

/// Text with what HTML has other uses for replaced.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A count with thousands apart.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")];
        for (count, text) in cases {
            assert_eq!(grouped(count), text);
        }
    }

    #[test]
    fn every_network_is_drawn() {
        for row in crate::catalogue() {
            let arch = row.arch().with_name("<i>");
            let network = arch.network().unwrap();
            let page = html(&arch, &network);
            assert!(page.contains("&lt;i&gt;") && !page.contains("<i>"));
            assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
            assert_eq!(page.matches("<g").count(), page.matches("</g>").count());
            assert!(page.contains(&grouped(network.macs())));
        }
    }
}
