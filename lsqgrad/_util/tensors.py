"""Turns tensors into arrays."""


def to_array(tensor):
    """Return a tensor's numbers as a read-only array, or None for None."""
    if tensor is None:
        return None
    tensor = tensor.detach().to_dense().cpu()
    if str(tensor.dtype) == "torch.bfloat16":  # NumPy has no such type
        tensor = tensor.float()
    array = tensor.numpy().copy()
    array.setflags(write=False)
    return array
