"""Weights of 8 bits. Activations stay fp32, so that a row cannot feel the others of its batch.

Dynamic quantisation, the usual way to int8, takes the scale of the activations from the whole batch: the same text then scores
differently alone and beside others, which the product rules out.
"""

from pathlib import Path

import onnx
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

from . import Refused

BLOCK = 32
"""Weights that share one scale."""
FP32_ACTIVATIONS = 1
"""`accuracy_level` of the MatMulNBits operator."""


def quantise(path: Path, external: bool) -> int:
    """Replaces the weights of matrix products by blocks of 8 bits, in place. Embeddings stay. Returns how many were replaced."""
    settings = DefaultWeightOnlyQuantConfig(block_size=BLOCK, is_symmetric=True, accuracy_level=FP32_ACTIVATIONS, bits=8)
    quantiser = MatMulNBitsQuantizer(onnx.load(path), bits=8, block_size=BLOCK, is_symmetric=True, accuracy_level=FP32_ACTIVATIONS, algo_config=settings)
    quantiser.process()
    replaced = sum(node.op_type == "MatMulNBits" for node in quantiser.model.model.graph.node)
    if not replaced:
        raise Refused("int8: the graph has no matrix product with constant weights to replace; use fp32 or fp16")
    for old in (path, path.with_name(path.name + ".data")):
        old.unlink(missing_ok=True)
    quantiser.model.save_model_to_file(str(path), external)
    return replaced
