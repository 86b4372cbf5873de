//! From an architecture to primitive layers.

mod block;

use crate::arch::{Arch, Padding};
use crate::network::{Conv, Dense, Kind, Layer, Network, Pads, Pool};
use crate::{Activation, Error, Result};

impl Arch {
    /// The network as primitive layers.
    ///
    /// # Errors
    /// If sizes make no sense: channels that groups do not divide, say, or numbers beyond all measure.
    pub fn network(&self) -> Result<Network> {
        self.check()?;
        let mut lowering = Lowering { arch: self, layers: Vec::new(), scope: String::new() };
        let input = [self.resolution, self.resolution, self.channels];
        let mut x = lowering.push("input", Kind::Input, &[], input);
        if let Some(rescale) = &self.rescale {
            x = lowering.push("rescale", Kind::Rescale(rescale.clone()), &[x], input);
        }
        x = lowering.stem(x)?;
        let blocks: usize = self.stages.iter().map(Vec::len).sum();
        let mut number = 0;
        for (stage, list) in self.stages.iter().enumerate() {
            for (index, block) in list.iter().enumerate() {
                lowering.scope = format!("blocks.{stage}.{index}.");
                let drop_rate = self.drop_path * number as f64 / blocks as f64;
                x = lowering.block(x, block, drop_rate).map_err(|error| error.at(&self.name))?;
                number += 1;
            }
        }
        lowering.scope.clear();
        lowering.head(x)?;
        let network = Network { name: self.name.clone(), layers: lowering.layers };
        self.check_size(&network)?;
        Ok(network)
    }
}

/// Layers so far.
struct Lowering<'a> {
    arch: &'a Arch,
    layers: Vec<Layer>,
    /// What names begin with.
    scope: String,
}

/// What the convolutions of a network differ in.
struct Form {
    out: usize,
    kernel: usize,
    stride: usize,
    groups: usize,
    activation: Activation,
}

impl Lowering<'_> {
    fn push(&mut self, name: &str, kind: Kind, inputs: &[usize], output: [usize; 3]) -> usize {
        let name = format!("{}{name}", self.scope);
        self.layers.push(Layer { name, kind, inputs: inputs.to_vec(), output });
        self.layers.len() - 1
    }

    fn shape(&self, layer: usize) -> [usize; 3] {
        self.layers[layer].output
    }

    fn channels(&self, layer: usize) -> usize {
        self.shape(layer)[2]
    }

    fn conv(&mut self, name: &str, x: usize, form: Form) -> Result<usize> {
        let [rows, _, channels] = self.shape(x);
        let Form { out, kernel, stride, groups, activation } = form;
        if channels % groups != 0 || out % groups != 0 {
            let name = format!("{}{name}", self.scope);
            return Err(Error::argument(format!(
                "{name}: {groups} groups do not divide {channels} and {out} channels"
            )));
        }
        let (pads, size) = Pads::of(self.arch.padding, rows, kernel, stride);
        let conv = Conv {
            kernel,
            stride,
            pads,
            groups,
            depthwise: groups > 1 && groups == channels && groups == out,
            bias: false,
            norm: Some(self.arch.norm),
            activation,
        };
        Ok(self.push(name, Kind::Conv(conv), &[x], [size, size, out]))
    }

    fn pointwise(
        &mut self,
        name: &str,
        x: usize,
        out: usize,
        groups: usize,
        activation: Activation,
    ) -> Result<usize> {
        self.conv(name, x, Form { out, kernel: 1, stride: 1, groups, activation })
    }

    fn depthwise(&mut self, x: usize, kernel: usize, stride: usize, activation: Activation) -> Result<usize> {
        let out = self.channels(x);
        self.conv("depthwise", x, Form { out, kernel, stride, groups: out, activation })
    }

    fn pool(&mut self, name: &str, kind: fn(Pool) -> Kind, x: usize, kernel: usize, stride: usize) -> usize {
        let [rows, _, channels] = self.shape(x);
        let (pads, size) = Pads::of(self.arch.padding, rows, kernel, stride);
        let pool = Pool { kernel, stride, pads, counts_pads: self.arch.padding == Padding::Symmetric };
        self.push(name, kind(pool), &[x], [size, size, channels])
    }

    fn global_pool(&mut self, name: &str, x: usize) -> usize {
        let channels = self.channels(x);
        self.push(name, Kind::GlobalAveragePool, &[x], [1, 1, channels])
    }

    fn dense(&mut self, name: &str, x: usize, out: usize, bias: bool, activation: Activation) -> usize {
        self.push(name, Kind::Dense(Dense { bias, activation }), &[x], [1, 1, out])
    }

    fn stem(&mut self, x: usize) -> Result<usize> {
        let stem = self.arch.stem;
        let form = Form {
            out: stem.out,
            kernel: stem.kernel,
            stride: stem.stride,
            groups: 1,
            activation: stem.activation,
        };
        let x = self.conv("stem.conv", x, form)?;
        Ok(if stem.pool { self.pool("stem.pool", Kind::MaxPool, x, 3, 2) } else { x })
    }

    fn head(&mut self, mut x: usize) -> Result<usize> {
        let head = self.arch.head;
        if let Some(conv) = head.conv {
            x = self.pointwise("head.conv", x, conv.out, 1, conv.activation)?;
        }
        x = self.global_pool("head.pool", x);
        if let Some(hidden) = head.hidden {
            x = self.dense("head.hidden", x, hidden.out, hidden.bias, hidden.activation);
        }
        if head.dropout > 0.0 {
            let shape = self.shape(x);
            x = self.push("head.dropout", Kind::Dropout { rate: head.dropout }, &[x], shape);
        }
        Ok(self.dense("classifier", x, self.arch.classes, true, Activation::Linear))
    }
}
