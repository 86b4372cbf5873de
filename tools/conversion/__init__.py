"""The parts of `tools/convert_suite.py`: networks, references and checks of the converter and the quantizer."""
