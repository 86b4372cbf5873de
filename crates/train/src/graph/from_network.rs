use featherlite_arch as arch;
use featherlite_train_kernels::{Activation, Padding, Window};

use super::{Convolve, Graph, Kind, Step, pointwise};

impl From<&arch::Network> for Graph {
    fn from(network: &arch::Network) -> Self {
        let steps = network.layers.iter().map(|layer| Step {
            name: layer.name.clone(),
            layer: layer.name.clone(),
            kind: kind(layer),
            inputs: layer.inputs.clone(),
            output: layer.output,
        });
        Self { name: network.name.clone(), steps: steps.collect() }
    }
}

fn kind(layer: &arch::Layer) -> Kind {
    match &layer.kind {
        arch::Kind::Input => Kind::Input,
        arch::Kind::Rescale(rescale) => {
            let (scale, offset) = (rescale.scale.clone(), rescale.offset.clone());
            Kind::Rescale { scale, offset, activation: Activation::None }
        }
        arch::Kind::Conv(conv) => Kind::Convolve(Convolve {
            window: window(conv.kernel, conv.stride, conv.pads),
            groups: conv.groups,
            is_depthwise: conv.depthwise,
            is_dense: false,
            has_bias: conv.bias,
            shift: Vec::new(),
            norm: conv.norm.map(|norm| (norm.epsilon, norm.momentum)),
            activation: activation(conv.activation),
            is_frozen: false,
        }),
        arch::Kind::Dense(dense) => Kind::Convolve(Convolve {
            window: pointwise(),
            groups: 1,
            is_depthwise: false,
            is_dense: true,
            has_bias: dense.bias,
            shift: Vec::new(),
            norm: None,
            activation: activation(dense.activation),
            is_frozen: false,
        }),
        arch::Kind::MaxPool(pool) => Kind::MaxPool(window(pool.kernel, pool.stride, pool.pads)),
        arch::Kind::AveragePool(pool) => Kind::AveragePool {
            window: window(pool.kernel, pool.stride, pool.pads),
            counts_padding: pool.counts_pads,
        },
        arch::Kind::GlobalAveragePool => Kind::Mean,
        arch::Kind::Add { drop_rate, activation: function } => {
            Kind::Add { drop_rate: *drop_rate, activation: activation(*function) }
        }
        arch::Kind::Multiply => Kind::Multiply,
        arch::Kind::Concat => Kind::Concat,
        arch::Kind::Slice { start } => Kind::Slice { start: *start },
        arch::Kind::ChannelShuffle { groups } => Kind::Shuffle { groups: *groups },
        arch::Kind::Activation(function) => Kind::Activate(activation(*function)),
        arch::Kind::Dropout { rate } => Kind::Dropout { rate: *rate },
    }
}

fn window(kernel: usize, stride: usize, pads: arch::Pads) -> Window {
    let padding = Padding { top: pads.top, left: pads.left, bottom: pads.bottom, right: pads.right };
    Window { kernel: [kernel; 2], stride: [stride; 2], padding }
}

fn activation(activation: arch::Activation) -> Activation {
    match activation {
        arch::Activation::Linear => Activation::None,
        arch::Activation::Relu => Activation::Relu,
        arch::Activation::Relu6 => Activation::Relu6,
        arch::Activation::HardSwish => Activation::HardSwish,
        arch::Activation::HardSigmoid => Activation::HardSigmoid,
        arch::Activation::Silu => Activation::Swish,
        arch::Activation::Sigmoid => Activation::Sigmoid,
    }
}
