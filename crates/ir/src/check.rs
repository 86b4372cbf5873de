use featherlite_base::{Error, Result};

use crate::{Graph, Model};

impl Graph {
    /// Checks what every change must keep: values are computed once and before they are read, and constants have as many
    /// bytes as their type and shape say.
    ///
    /// # Errors
    /// `Internal`, naming the node or value.
    pub fn check(&self) -> Result<()> {
        let mut is_ready = vec![false; self.value_count()];
        for &input in &self.inputs {
            if self.producer(input).is_some() || self.value(input).constant.is_some() {
                return Err(self.fault(format!("the input {:?} is computed", self.value(input).name)));
            }
            is_ready[input.index()] = true;
        }
        for (id, value) in self.values() {
            if let Some(contents) = &value.constant {
                self.check_constant(id.index(), contents.len())?;
            }
            is_ready[id.index()] |= value.constant.is_some() || value.is_variable;
        }
        for (_, node) in self.nodes() {
            let name = || format!("node {:?} ({})", node.name, node.op.name());
            for &input in node.inputs.iter().flatten() {
                if !is_ready[input.index()] {
                    let input = &self.value(input).name;
                    return Err(self.fault(format!("{} reads {input:?} before it is computed", name())));
                }
            }
            for &output in &node.outputs {
                if std::mem::replace(&mut is_ready[output.index()], true) {
                    let output = &self.value(output).name;
                    return Err(self.fault(format!("{} computes {output:?} once more", name())));
                }
            }
        }
        match self.outputs.iter().find(|output| !is_ready[output.index()]) {
            Some(&output) => {
                Err(self.fault(format!("the output {:?} is not computed", self.value(output).name)))
            }
            None => Ok(()),
        }
    }

    fn check_constant(&self, index: usize, bytes: usize) -> Result<()> {
        let Some((_, value)) = self.values().nth(index) else { return Ok(()) };
        let Some(shape) = value.fixed_shape() else {
            return Err(self.fault(format!("the constant {:?} has no fixed shape", value.name)));
        };
        let elements = shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
        let expected = elements.and_then(|elements| value.dtype.storage_bytes(elements));
        if value.dtype.bits() > 0 && expected != Some(bytes) {
            let (name, dtype) = (&value.name, value.dtype);
            return Err(self.fault(format!("the constant {name:?} has {bytes} bytes for {dtype} {shape:?}")));
        }
        Ok(())
    }

    fn fault(&self, message: String) -> Error {
        Error::internal(format!("graph {:?}: {message}", self.name))
    }
}

impl Model {
    /// Checks every graph and signature.
    ///
    /// # Errors
    /// As [`Graph::check`].
    pub fn check(&self) -> Result<()> {
        self.graphs.iter().try_for_each(Graph::check)?;
        for signature in &self.signatures {
            let fits = self.graphs.get(signature.graph).is_some_and(|graph| {
                graph.inputs.len() == signature.inputs.len() && graph.outputs.len() == signature.outputs.len()
            });
            if !fits {
                let key = &signature.key;
                return Err(Error::internal(format!("signature {key:?} does not fit its graph")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use featherlite_base::DType;
    use featherlite_schema::BuiltinOperator;

    use super::*;
    use crate::{Dim, Node, Op, Value};

    fn chain() -> (Graph, [crate::ValueId; 3]) {
        let mut graph = Graph::new("g");
        let names = ["x", "y", "z"];
        let [x, y, z] =
            names.map(|name| graph.add_value(Value::new(name, DType::F32).with_shape(vec![Dim::fixed(2)])));
        graph.push(Node::new("first", Op::builtin(BuiltinOperator::NEG), &[x], &[y]));
        graph.push(Node::new("second", Op::builtin(BuiltinOperator::ABS), &[y], &[z]));
        (graph.inputs, graph.outputs) = (vec![x], vec![z]);
        (graph, [x, y, z])
    }

    #[test]
    fn faults_are_found() {
        let (graph, [x, y, z]) = chain();
        graph.check().unwrap();

        let mut late = graph.clone();
        let first = late.producer(y).unwrap();
        late.set_input(first, 0, Some(z));
        assert!(late.check().unwrap_err().message().contains("before it is computed"));
        assert!(late.sort().unwrap_err().message().contains("its own result"));

        let mut twice = graph.clone();
        twice.push(Node::new("third", Op::builtin(BuiltinOperator::NEG), &[x], &[z]));
        assert!(twice.check().unwrap_err().message().contains("once more"));

        let mut missing = graph.clone();
        missing.remove(missing.producer(z).unwrap());
        assert!(missing.check().unwrap_err().message().contains("is not computed"));

        let mut short = graph.clone();
        let value = Value::new("c", DType::F32).with_shape(vec![Dim::fixed(2)]);
        short.add_value(value.with_constant(Bytes::from_static(&[0; 4])));
        assert!(short.check().unwrap_err().message().contains("4 bytes"));
    }

    #[test]
    fn nodes_are_sorted_and_replaced() {
        let (mut graph, [x, y, z]) = chain();
        let early = graph.add_value(Value::new("early", DType::F32));
        graph.push(Node::new("late", Op::builtin(BuiltinOperator::EXP), &[x], &[early]));
        let second = graph.producer(z).unwrap();
        graph.set_input(second, 0, Some(early));
        assert!(graph.check().is_err());
        graph.sort().unwrap();
        graph.check().unwrap();
        assert_eq!(graph.users(y), []);

        graph.replace(z, early);
        assert_eq!(graph.outputs, [early]);
        assert_eq!(graph.value(early).name, "z");
    }
}
