"""The encoder of waveforms (data2vec1.md §4, data2vec2.md §2)."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from masks import random_mask, span_mask
from network import Encoder


class ConvExtractor(nn.Module):
    """Waveforms (B, samples) → (B, T, channels): each layer a convolution, layer norm and GELU."""

    def __init__(self, config):
        super().__init__()
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        inputs = 1
        for channels, kernel, stride in config["layers"]:
            self.convs.append(nn.Conv1d(inputs, channels, kernel, stride, bias=config["bias"]))
            self.norms.append(nn.LayerNorm(channels))
            nn.init.kaiming_normal_(self.convs[-1].weight)
            inputs = channels
        self.channels = inputs

    def forward(self, waveforms):
        x = waveforms.unsqueeze(1)
        for conv, norm in zip(self.convs, self.norms):
            x = F.gelu(norm(conv(x).transpose(1, 2))).transpose(1, 2)
        return x.transpose(1, 2)


class Positions(nn.Module):
    """(N, T, D) → (N, T, D): each layer a grouped convolution, layer norm without affine and GELU."""

    def __init__(self, config, dim):
        super().__init__()
        kernel, groups = config["kernel"], config["groups"]
        self.convs = nn.ModuleList(
            nn.Conv1d(dim, dim, kernel, padding=kernel // 2, groups=groups) for _ in range(config["layers"])
        )

    def forward(self, x):
        for conv in self.convs:
            y = conv(x.transpose(1, 2)).transpose(1, 2)
            x = F.gelu(F.layer_norm(y, y.shape[2:]))
        return x


class SpeechEncoder(Encoder):
    def __init__(self, task):
        super().__init__(task)
        config, D = task["encoder"], task["backbone"]["dim"]
        extractor = ConvExtractor(config["extractor"])
        self.local = nn.Sequential(extractor, nn.LayerNorm(extractor.channels), nn.Linear(extractor.channels, D))
        self.positions = Positions(config["positions"], D)
        self.mask = config["mask"]
        self.scale = None
        if config["alibi"]["scale"] == "learned":
            heads = task["backbone"]["heads"]
            self.scale = nn.Parameter(torch.ones(heads, 1, 1))
            self.register_buffer("slopes", torch.tensor(alibi_slopes(heads)).view(heads, 1, 1))

    def features(self, waveforms):
        return self.local(waveforms)

    def mask_token(self, dim):
        return torch.rand(1, 1, dim)

    def hide(self, rows, frames):
        if self.mask["strategy"] == "span":
            return span_mask(rows, frames, self.mask["prob"], self.mask["length"])
        return random_mask(rows, frames, math.floor(frames * self.mask["ratio"]))

    def relative(self, x):
        return self.positions(x)

    def bias(self, tokens, visible=None):
        if self.scale is None:
            return None
        at = torch.arange(tokens).unsqueeze(0) if visible is None else visible
        distance = (at.unsqueeze(2) - at.unsqueeze(1)).abs().unsqueeze(1)
        return distance * (-self.slopes * self.scale.clamp_min(0))


def alibi_slopes(heads):
    """Of symmetric ALiBi (data2vec2.md §2.5)."""

    def power(n):
        start = 2 ** -(2 ** -(math.log2(n) - 3))
        return [start ** (i + 1) for i in range(n)]

    lower = 2 ** math.floor(math.log2(heads))
    return power(lower) + power(2 * lower)[0::2][: heads - lower]
