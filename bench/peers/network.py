"""The Transformer of both methods (data2vec1.md §2.2 and §3.1, data2vec2.md §2): a modality's encoder, then blocks.

Configurations are the sections of a run's. Symbols: B samples, N rows (B, or B·M masks), T tokens, V visible ones, E extra
ones, D width, H heads.
"""
import torch
import torch.nn.functional as F
from torch import nn


def norm(config):
    return nn.LayerNorm(config["dim"], eps=config["normEpsilon"])


def take(x, places):
    """Rows (N, V) of x (N, T, D)."""
    return x.gather(1, places.unsqueeze(-1).expand(-1, -1, x.shape[2]))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        D, self.heads, self.pre = config["dim"], config["heads"], config["norm"] == "pre"
        hidden = round(D * config["mlpRatio"])
        self.rates = config["dropout"]
        if self.rates["activation"] or self.rates["mlp"] or config["dropPath"]:
            raise ValueError("this peer has no dropout in the MLP and no drop path")
        self.norm1, self.norm2 = norm(config), norm(config)
        self.qkv, self.proj = nn.Linear(D, 3 * D, bias=config["qkvBias"] == "full"), nn.Linear(D, D)
        if config["qkvBias"] == "noKey":
            self.q_bias, self.v_bias = nn.Parameter(torch.zeros(D)), nn.Parameter(torch.zeros(D))
        self.fc1, self.fc2 = nn.Linear(D, hidden), nn.Linear(hidden, D)
        scale = config["layerScale"]
        self.gamma1 = nn.Parameter(torch.full((D,), scale)) if scale else 1
        self.gamma2 = nn.Parameter(torch.full((D,), scale)) if scale else 1

    def attention(self, x, bias):
        n, s, d = x.shape
        qkv = self.qkv(x)
        if self.qkv.bias is None:
            qkv = qkv + torch.cat([self.q_bias, torch.zeros_like(self.q_bias), self.v_bias])
        q, k, v = qkv.view(n, s, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        rate = self.rates["attention"] if self.training else 0.0
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, dropout_p=rate)
        return self.drop(self.proj(y.transpose(1, 2).reshape(n, s, d)), "projection")

    def mlp(self, x):
        return self.fc2(F.gelu(self.fc1(x)))

    def drop(self, x, name):
        return F.dropout(x, self.rates[name], self.training)

    def forward(self, x, bias):
        """→ the block's output and that of its feed-forward branch."""
        if self.pre:
            r = x + self.gamma1 * self.attention(self.norm1(x), bias)
            f = self.gamma2 * self.mlp(self.norm2(r))
            return r + self.drop(f, "residual"), f
        r = self.norm1(x + self.attention(x, bias))
        f = self.mlp(r)
        return self.norm2(r + self.drop(f, "residual")), f


class Encoder(nn.Module):
    """A modality's half. One of its own gives `features`, `hide` and the positions that it has."""

    extra = 0
    """E, kept in `extra_tokens`."""
    grid = None
    """Rows and columns of the tokens of an image."""
    masks_ids = False
    """Whether data2vec 1 masks inputs, by `mask_ids`, and not features."""
    bert_decoder = False
    """Whether data2vec 2's decoder starts as BERT does."""

    def __init__(self, task):
        super().__init__()
        backbone = task["backbone"]
        self.norm = norm(backbone) if task["encoder"]["contextNorm"] else nn.Identity()
        self.context_dropout = backbone["dropout"]["context"]

    def features(self, inputs):
        """Raw inputs → local features (B, T, D), by the module `local`."""
        raise NotImplementedError

    def hide(self, rows, tokens):
        """Which tokens are hidden, (rows, tokens) booleans."""
        raise NotImplementedError

    def mask_token(self, dim):
        """What data2vec 1's mask token starts as."""
        return torch.randn(1, 1, dim) * 0.02

    def absolute(self, x):
        return x

    def relative(self, x):
        """What is added to the masked sequence x, (N, T, D); nothing where positions are not computed from it."""

    def bias(self, tokens, visible=None):
        """Added to the attention's logits; `visible` (N, V): only there."""

    def sequence(self, local, visible=None):
        """Local features (B, T, D) → what the blocks see, (N, E + V, D), and their attention bias.

        visible: (N, V) places that are not hidden, M rows for each sample; absent: every sample as it is.
        """
        x = self.absolute(local)
        tokens = x.shape[1]
        if visible is None:
            positions = self.relative(x)
        else:
            x = take(x.repeat_interleave(visible.shape[0] // x.shape[0], 0), visible)
            places = visible.unsqueeze(-1).expand_as(x)
            positions = self.relative(x.new_zeros(x.shape[0], tokens, x.shape[2]).scatter(1, places, x))
            positions = positions if positions is None else take(positions, visible)
        x = x if positions is None else x + positions
        if self.extra:
            x = torch.cat([self.extra_tokens.expand(x.shape[0], -1, -1), x], 1)
        return F.dropout(self.norm(x), self.context_dropout, self.training), self.bias(tokens, visible)


class Network(nn.Module):
    def __init__(self, task, encoder):
        super().__init__()
        config = task["backbone"]
        self.encoder = encoder
        self.blocks = nn.ModuleList(Block(config) for _ in range(config["depth"]))
        self.norm = norm(config) if config["finalNorm"] else nn.Identity()
        self.layer_drop = config["layerDrop"]

    def forward(self, x, bias):
        """→ (N, E + V, D), and the outputs of every block that ran: (block, feed-forward)."""
        outputs = []
        for block in self.blocks:
            if self.training and self.layer_drop and torch.rand(()) < self.layer_drop:
                continue
            x, feed_forward = block(x, bias)
            outputs.append((x, feed_forward))
        return self.norm(x), outputs
