"""PyTorch: a file that imports torch and nothing of ours."""
