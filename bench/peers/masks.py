"""Which tokens are hidden: booleans (rows, tokens)."""
import torch


def random_mask(rows, tokens, count):
    """`count` tokens of every row. Where they lie does not change what a step costs."""
    return torch.rand(rows, tokens).argsort(1) < count


def span_mask(rows, tokens, share, length):
    """⌊share·tokens/length + u⌋ spans from distinct starts, which may overlap (data2vec1.md §4.4 and §5.3)."""
    hidden = torch.zeros(rows, tokens, dtype=torch.bool)
    for row in hidden:
        count = int(share * tokens / length + torch.rand(()).item())
        for start in torch.randperm(tokens)[:count].tolist():
            row[start : start + length] = True
    return hidden
