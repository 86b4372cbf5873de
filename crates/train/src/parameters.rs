//! The tensors of a network while it is trained.

use std::collections::BTreeMap;

use burn::tensor::{Device, Gradients, Tensor, TensorData};
use featherlite_arch::{self as arch, Weight, Weights};

use crate::{Error, Result};

/// Where a pass finds the parameters of layers.
pub(crate) trait Source {
    /// The parameter of this name, in one dimension.
    fn tensor(&self, name: &str) -> Result<Tensor<1>>;
}

/// All parameters and running statistics of a network, by name.
#[derive(Clone, Debug)]
pub(crate) struct Parameters {
    device: Device,
    tensors: BTreeMap<String, Parameter>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) shape: Vec<usize>,
    /// Whether gradients change it.
    pub(crate) is_trained: bool,
    /// Whether weight decay applies: to kernels.
    pub(crate) decays: bool,
    value: Tensor<1>,
}

impl Parameters {
    /// The weights that a network needs, on a device.
    ///
    /// # Errors
    /// If one is missing or has another shape.
    pub(crate) fn new(needed: Vec<Weight>, weights: &Weights, device: &Device) -> Result<Self> {
        weights.check(&needed)?;
        let mut parameters = Self { device: device.clone().autodiff(), tensors: BTreeMap::new() };
        for weight in needed {
            let tensor = weights.get(&weight.name)?;
            let (is_trained, decays) = (weight.role.is_trained(), weight.role == arch::Role::Kernel);
            parameters.insert(weight.name, tensor, is_trained, decays);
        }
        Ok(parameters)
    }

    /// All weights that there are, by the roles that their names end with; matrices of kernels decay as kernels do.
    pub(crate) fn of_all(weights: &Weights, device: &Device) -> Self {
        let mut parameters = Self { device: device.clone().autodiff(), tensors: BTreeMap::new() };
        for (name, tensor) in weights.iter() {
            let role = name.rsplit('.').next().unwrap_or_default();
            let is_statistic = matches!(role, "mean" | "variance");
            let decays = role == "kernel" || role.starts_with("matrix_");
            parameters.insert(name.to_owned(), tensor, !is_statistic, decays);
        }
        parameters
    }

    fn insert(&mut self, name: String, tensor: &arch::Tensor, is_trained: bool, decays: bool) {
        let data = TensorData::new(tensor.values.clone(), [tensor.values.len()]);
        let value = Tensor::from_data(data, &self.device);
        let value = if is_trained { value.require_grad() } else { value };
        self.tensors.insert(name, Parameter { shape: tensor.shape.clone(), is_trained, decays, value });
    }

    /// The device, with gradients.
    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// What they are now.
    pub(crate) fn to_weights(&self) -> Result<Weights> {
        let mut weights = Weights::default();
        for (name, parameter) in &self.tensors {
            let values = numbers(parameter.value.clone().inner())?;
            weights.insert(name.clone(), arch::Tensor { shape: parameter.shape.clone(), values });
        }
        Ok(weights)
    }

    /// Parameters that are trained stay as they are from now on if `is_frozen` says so of their names.
    pub(crate) fn freeze(&mut self, is_frozen: impl Fn(&str) -> bool) {
        for (name, parameter) in &mut self.tensors {
            if parameter.is_trained && is_frozen(name) {
                parameter.is_trained = false;
                parameter.value = parameter.value.clone().detach();
            }
        }
    }

    /// Trained parameters that have a gradient, without tracking: name, parameter, value, gradient.
    pub(crate) fn gradients(&self, mut gradients: Gradients) -> Vec<(String, bool, Tensor<1>, Tensor<1>)> {
        let trained = self.tensors.iter().filter(|(_, parameter)| parameter.is_trained);
        trained
            .filter_map(|(name, parameter)| {
                let gradient = parameter.value.grad_remove(&mut gradients)?;
                Some((name.clone(), parameter.decays, parameter.value.clone().inner(), gradient))
            })
            .collect()
    }

    /// Replaces a value; it is a new leaf of the graph of gradients.
    pub(crate) fn set(&mut self, name: &str, value: Tensor<1>) -> Result<()> {
        let parameter = self.tensors.get_mut(name).ok_or_else(|| missing(name))?;
        let value = Tensor::from_inner(value);
        parameter.value = if parameter.is_trained { value.require_grad() } else { value };
        Ok(())
    }

    /// Names and values without tracking.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Tensor<1>)> {
        self.tensors.iter().map(|(name, parameter)| (name.as_str(), parameter.value.clone().inner()))
    }

    /// A running statistic moves towards that of a batch.
    pub(crate) fn blend(&mut self, name: &str, batch: Tensor<1>, share: f32) -> Result<()> {
        let running = self.tensor(name)?.inner();
        self.set(name, running * (1.0 - share) + batch * share)
    }
}

impl Source for Parameters {
    fn tensor(&self, name: &str) -> Result<Tensor<1>> {
        self.tensors.get(name).map(|parameter| parameter.value.clone()).ok_or_else(|| missing(name))
    }
}

/// The same parameters for passes without gradients.
pub(crate) struct Fixed<'a>(pub(crate) &'a Parameters);

impl Source for Fixed<'_> {
    fn tensor(&self, name: &str) -> Result<Tensor<1>> {
        self.0.tensor(name).map(Tensor::inner)
    }
}

fn missing(name: &str) -> Error {
    Error::mismatch(format!("the network has no parameter {name:?}"))
}

/// The elements of a tensor.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let defect = |error: String| Error::new(crate::ErrorKind::Internal, error);
    let data = tensor.try_into_data().map_err(|error| defect(format!("{error:?}")))?;
    data.try_into_vec::<f32>().map_err(|error| defect(format!("{error:?}")))
}
