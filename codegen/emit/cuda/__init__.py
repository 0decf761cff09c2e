"""CUDA: kernels around the same functions of single elements as C++, and launchers with a plain C interface."""
