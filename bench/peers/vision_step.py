"""The same training steps in PyTorch, fp32 eager: the peer of ../contenders/d2v-step.ts.

Reads a case as JSON from argv, then, for every line on standard input, runs that many steps and prints their seconds and
the process's peak memory as one line of JSON.
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

case = json.loads(sys.argv[1])
torch.set_num_threads(int(sys.argv[2]))
torch.manual_seed(0)
D, L, H, K = case["dim"], case["depth"], case["heads"], case["topK"]
B, M, C, P = case["batchSize"], case["masks"], case["channels"], case["patchSize"]
G = case["imageSize"] // P
T = G * G
FIRST = case["method"] == "data2vec1"


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(D, eps=1e-6), nn.LayerNorm(D, eps=1e-6)
        self.qkv, self.proj = nn.Linear(D, 3 * D), nn.Linear(D, D)
        self.fc1, self.fc2 = nn.Linear(D, 4 * D), nn.Linear(4 * D, D)
        if FIRST:
            self.gamma1 = nn.Parameter(torch.full((D,), 1e-4))
            self.gamma2 = nn.Parameter(torch.full((D,), 1e-4))

    def attention(self, x, bias):
        n, s, _ = x.shape
        q, k, v = self.qkv(x).view(n, s, 3, H, D // H).permute(2, 0, 3, 1, 4).unbind(0)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.proj(y.transpose(1, 2).reshape(n, s, D))

    def mlp(self, x):
        return self.fc2(F.gelu(self.fc1(x)))

    def forward(self, x, bias=None):
        if FIRST:
            x = x + self.gamma1 * self.attention(self.norm1(x), bias)
            f = self.gamma2 * self.mlp(self.norm2(x))
            return x + f, x + f
        r = self.norm1(x + self.attention(x, bias))
        f = self.mlp(r)
        return self.norm2(r + f), f


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Linear(P * P * C, D)
        self.cls = nn.Parameter(torch.randn(1, 1, D) * 0.02)
        self.blocks = nn.ModuleList(Block() for _ in range(L))
        self.norm = nn.LayerNorm(D, eps=1e-6)
        if FIRST:
            self.table = nn.Parameter(torch.zeros((2 * G - 1) ** 2 + 3, H))
            self.register_buffer("index", relative_index())
        else:
            self.register_buffer("positions", torch.randn(1, T, D) * 0.02)

    def local(self, images):
        x = images.view(-1, G, P, G, P * C).transpose(2, 3).reshape(-1, T, P * P * C)
        return self.patch(x)

    def run(self, x):
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1)
        bias = self.table[self.index.view(-1)].view(T + 1, T + 1, H).permute(2, 0, 1) if FIRST else None
        x = x if FIRST else self.norm(x)
        outs = []
        for block in self.blocks:
            x, target = block(x, bias)
            outs.append(target[:, 1:])
        return (self.norm(x) if FIRST else x), outs


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        d = case["decoder"]
        self.convs = nn.ModuleList(
            nn.Conv2d(D if i == 0 else d["width"], d["width"], d["kernel"], padding=d["kernel"] // 2, groups=d["groups"])
            for i in range(d["layers"])
        )
        self.width, self.proj = d["width"], nn.Linear(d["width"], D)

    def forward(self, x):
        x = x.transpose(1, 2).reshape(-1, D, G, G)
        for conv in self.convs:
            y = conv(x).permute(0, 2, 3, 1)
            y = F.gelu(F.layer_norm(y, (self.width,))).permute(0, 3, 1, 2)
            x = x + y if x.shape[1] == y.shape[1] else y
        return self.proj(x.flatten(2).transpose(1, 2))


def relative_index():
    at = torch.stack(torch.meshgrid(torch.arange(G), torch.arange(G), indexing="ij")).flatten(1)
    offset = (at[:, :, None] - at[:, None, :]) + G - 1
    index = torch.zeros(T + 1, T + 1, dtype=torch.long)
    rows = (2 * G - 1) ** 2 + 3
    index[1:, 1:] = offset[0] * (2 * G - 1) + offset[1]
    index[0], index[:, 0], index[0, 0] = rows - 3, rows - 2, rows - 1
    return index


def normalise(x, dims):
    return (x - x.mean(dims, keepdim=True)) * torch.rsqrt(x.var(dims, unbiased=False, keepdim=True) + 1e-5)


student, teacher = Encoder(), Encoder()
teacher.load_state_dict(student.state_dict())
for parameter in teacher.parameters():
    parameter.requires_grad_(False)
extra = nn.ModuleDict({"head": nn.Linear(D, D)} if FIRST else {"decoder": Decoder()})
mask_token = nn.Parameter(torch.randn(1, 1, D) * 0.02)
learning = [*student.parameters(), *extra.parameters(), *([mask_token] if FIRST else [])]
optimizer = torch.optim.AdamW(learning, lr=1e-4, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.05, fused=True)
student_parameters, teacher_parameters = list(student.parameters()), list(teacher.parameters())
images = torch.randn(B, case["imageSize"], case["imageSize"], C)


def targets():
    with torch.no_grad():
        _, outs = teacher.run(teacher.local(images) if FIRST else teacher.local(images) + teacher.positions)
        dims = (2,) if FIRST else (1,)
        return normalise(sum(normalise(out, dims) for out in outs[-K:]) / K, (2,))


def masked_loss():
    y, local = targets(), student.local(images)
    if FIRST:
        count = math.floor(0.6 * T)
        hidden = torch.rand(B, T).argsort(1).argsort(1) < count
        x, _ = student.run(torch.where(hidden.unsqueeze(-1), mask_token, local))
        prediction = extra["head"](x[:, 1:])
        error = F.smooth_l1_loss(prediction, y, beta=2.0, reduction="none").sum(-1)
        return (error * hidden).sum() / hidden.sum() / math.sqrt(D)
    keep = math.floor(T * 0.2)
    order = torch.rand(B * M, T).argsort(1)
    visible, restore = order[:, :keep], order.argsort(1)
    x = (local + student.positions).repeat_interleave(M, 0).gather(1, visible.unsqueeze(-1).expand(-1, -1, D))
    z, _ = student.run(x)
    grid = torch.cat([z[:, 1:], torch.randn(B * M, T - keep, D) * 0.01], 1)
    prediction = extra["decoder"](grid.gather(1, restore.unsqueeze(-1).expand(-1, -1, D)))
    hidden = (restore >= keep).float()
    error = ((prediction - y.repeat_interleave(M, 0)) ** 2).sum(-1)
    cls = ((z[:, 0] - y.mean(1).repeat_interleave(M, 0)) ** 2).sum()
    return ((error * hidden).sum() / hidden.sum() + 0.01 * cls) / math.sqrt(D)


def step():
    loss = masked_loss()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(learning, 4.0)
    optimizer.step()
    with torch.no_grad():
        torch._foreach_lerp_(teacher_parameters, student_parameters, 1 - 0.999)
    return loss.item()


for line in sys.stdin:
    seconds = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peakBytes": peak}), flush=True)
