//! Gradients of the operations.

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use featherlite_train_kernels::{
    Activation, BatchNorm, ChannelGate, Convolution, FakeQuantize, GlobalAveragePool, LookUp, Requantize,
};

use super::flex::{Gradients, Outputs};
use super::{Chain as Chained, Extension};
use crate::group::Among;

#[derive(Debug)]
struct Convolve;

impl<B: Gradients> Backward<B, 2> for Convolve {
    type State = (FloatTensor<B>, FloatTensor<B>, Convolution);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let ([x_node, w_node], (x, w, conv)) = (ops.parents, ops.state);
        let dy = grads.consume::<B>(&ops.node);
        if let Some(node) = w_node {
            grads.register::<B>(node.id, B::convolve_weights(x, dy.clone(), conv));
        }
        if let Some(node) = x_node {
            grads.register::<B>(node.id, B::convolve_input(dy, w, conv));
        }
    }
}

#[derive(Debug)]
struct Normalize;

impl<B: Gradients> Backward<B, 3> for Normalize {
    type State = ([FloatTensor<B>; 4], BatchNorm, Among);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let (state, norm, among) = ops.state;
        let dy = grads.consume::<B>(&ops.node);
        let gradients = <B as Gradients>::normalize(state, dy, norm, &among);
        for (node, gradient) in ops.parents.into_iter().zip(gradients) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

#[derive(Debug)]
struct Chain;

impl<B: Gradients> Backward<B, 2> for Chain {
    type State = ([FloatTensor<B>; 3], Chained, Outputs);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let ([x, parameters], (state, chain, outputs)) = (ops.parents, ops.state);
        let dz = grads.consume::<B>(&ops.node);
        let (dx, dparameters) = B::chain_backward(state, dz, (&chain, &outputs), x.is_some());
        if let (Some(node), Some(dx)) = (x, dx) {
            grads.register::<B>(node.id, dx);
        }
        if let Some(node) = parameters {
            grads.register::<B>(node.id, dparameters);
        }
    }
}

#[derive(Debug)]
struct Mean;

impl<B: Gradients> Backward<B, 1> for Mean {
    type State = GlobalAveragePool;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let dy = grads.consume::<B>(&ops.node);
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, <B as Gradients>::mean(dy, ops.state));
        }
    }
}

#[derive(Debug)]
struct Gate;

impl<B: Gradients> Backward<B, 2> for Gate {
    type State = ([FloatTensor<B>; 2], ChannelGate);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let (state, gate) = ops.state;
        let dy = grads.consume::<B>(&ops.node);
        let gradients = <B as Gradients>::gate(state, dy, gate);
        for (node, gradient) in ops.parents.into_iter().zip(gradients) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

#[derive(Debug)]
struct Activate;

impl<B: Gradients> Backward<B, 1> for Activate {
    type State = (FloatTensor<B>, Activation);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let (x, activation) = ops.state;
        let dy = grads.consume::<B>(&ops.node);
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, <B as Gradients>::activate(x, dy, activation));
        }
    }
}

#[derive(Debug)]
struct Straight;

impl<B: Gradients> Backward<B, 1> for Straight {
    type State = ();

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let dy = grads.consume::<B>(&ops.node);
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, dy);
        }
    }
}

#[derive(Debug)]
struct Resum;

impl<B: Gradients> Backward<B, 1> for Resum {
    type State = (FloatTensor<B>, Requantize);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let (x, requantize) = ops.state;
        let dy = grads.consume::<B>(&ops.node);
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, <B as Gradients>::requantize(x, dy, requantize));
        }
    }
}

#[derive(Debug)]
struct Quantize;

impl<B: Gradients> Backward<B, 1> for Quantize {
    type State = ([FloatTensor<B>; 3], FakeQuantize);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut grads::Gradients, _: &mut Checkpointer) {
        let (state, quantize) = ops.state;
        let dy = grads.consume::<B>(&ops.node);
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, <B as Gradients>::fake_quantize(state, dy, quantize));
        }
    }
}

impl<B: Gradients, C: CheckpointStrategy> Extension for Autodiff<B, C> {
    fn convolve(x: FloatTensor<Self>, w: FloatTensor<Self>, conv: Convolution) -> FloatTensor<Self> {
        let prepared = Convolve.prepare::<C>([x.node(), w.node()]).compute_bound().stateful();
        let (x, w) = (x.into_primitive(), w.into_primitive());
        match prepared {
            OpsKind::Tracked(step) => {
                let y = B::convolve(x.clone(), w.clone(), conv);
                step.finish((x, w, conv), y)
            }
            OpsKind::UnTracked(step) => step.finish(B::convolve(x, w, conv)),
        }
    }

    fn statistics(x: FloatTensor<Self>, norm: BatchNorm, among: Among) -> FloatTensor<Self> {
        Self::FloatTensorPrimitive::new(B::statistics(x.into_primitive(), norm, among))
    }

    fn normalize(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        norm: BatchNorm,
        among: Among,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), gamma.node(), beta.node()];
        let prepared = Normalize.prepare::<C>(nodes).compute_bound().stateful();
        let [x, gamma, beta, statistics] = [x, gamma, beta, statistics].map(|tensor| tensor.into_primitive());
        let (state, own) = ([x, gamma, beta, statistics], among.clone());
        let [x, gamma, beta, statistics] = state.clone();
        let y = <B as Extension>::normalize(x, gamma, beta, statistics, norm, own);
        match prepared {
            OpsKind::Tracked(step) => step.finish((state, norm, among), y),
            OpsKind::UnTracked(step) => step.finish(y),
        }
    }

    fn chain(
        x: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        chain: Chained,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let prepared = Chain.prepare::<C>([x.node(), parameters.node()]).compute_bound().stateful();
        let (x, parameters) = (x.into_primitive(), parameters.into_primitive());
        let (z, statistics, outputs) = B::chain_forward(x.clone(), parameters.clone(), &chain);
        let z = match prepared {
            OpsKind::Tracked(step) => step.finish(([x, parameters, statistics.clone()], chain, outputs), z),
            OpsKind::UnTracked(step) => step.finish(z),
        };
        (z, Self::FloatTensorPrimitive::new(statistics))
    }

    fn mean(x: FloatTensor<Self>, pool: GlobalAveragePool) -> FloatTensor<Self> {
        let prepared = Mean.prepare::<C>([x.node()]).compute_bound().stateful();
        let y = <B as Extension>::mean(x.into_primitive(), pool);
        match prepared {
            OpsKind::Tracked(step) => step.finish(pool, y),
            OpsKind::UnTracked(step) => step.finish(y),
        }
    }

    fn gate(x: FloatTensor<Self>, gates: FloatTensor<Self>, gate: ChannelGate) -> FloatTensor<Self> {
        let prepared = Gate.prepare::<C>([x.node(), gates.node()]).compute_bound().stateful();
        let (x, gates) = (x.into_primitive(), gates.into_primitive());
        let y = <B as Extension>::gate(x.clone(), gates.clone(), gate);
        match prepared {
            OpsKind::Tracked(step) => step.finish(([x, gates], gate), y),
            OpsKind::UnTracked(step) => step.finish(y),
        }
    }

    fn activate(x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        let prepared = Activate.prepare::<C>([x.node()]).compute_bound().stateful();
        let x = x.into_primitive();
        match prepared {
            OpsKind::Tracked(step) => {
                let y = <B as Extension>::activate(x.clone(), activation);
                step.finish((x, activation), y)
            }
            OpsKind::UnTracked(step) => step.finish(<B as Extension>::activate(x, activation)),
        }
    }

    fn fake_quantize(
        x: FloatTensor<Self>,
        scales: FloatTensor<Self>,
        zero_points: FloatTensor<Self>,
        quantize: FakeQuantize,
    ) -> FloatTensor<Self> {
        let prepared = Quantize.prepare::<C>([x.node()]).compute_bound().stateful();
        let state = [x, scales, zero_points].map(|tensor| tensor.into_primitive());
        let [x, scales, zero_points] = state.clone();
        let y = <B as Extension>::fake_quantize(x, scales, zero_points, quantize);
        match prepared {
            OpsKind::Tracked(step) => step.finish((state, quantize), y),
            OpsKind::UnTracked(step) => step.finish(y),
        }
    }

    fn look_up(x: FloatTensor<Self>, y: FloatTensor<Self>, table: LookUp) -> FloatTensor<Self> {
        let prepared = Straight.prepare::<C>([y.node()]).compute_bound().stateful();
        let value = <B as Extension>::look_up(x.into_primitive(), y.into_primitive(), table);
        match prepared {
            OpsKind::Tracked(step) => step.finish((), value),
            OpsKind::UnTracked(step) => step.finish(value),
        }
    }

    fn requantize(
        x: FloatTensor<Self>,
        grids: FloatTensor<Self>,
        requantize: Requantize,
    ) -> FloatTensor<Self> {
        let prepared = Resum.prepare::<C>([x.node()]).compute_bound().stateful();
        let (x, grids) = (x.into_primitive(), grids.into_primitive());
        match prepared {
            OpsKind::Tracked(step) => {
                let y = <B as Extension>::requantize(x.clone(), grids, requantize);
                step.finish((x, requantize), y)
            }
            OpsKind::UnTracked(step) => step.finish(<B as Extension>::requantize(x, grids, requantize)),
        }
    }
}
