"""Writes adamw-fixture.json: 20 updates of torch.optim.AdamW on three small parameters, with parameter groups,
a moving learning rate and clipping by the global norm.

    pip install torch && python packages/train/test/optimizer/make-adamw-fixture.py
"""

import json
import math
import pathlib

import torch

UPDATES = 20
BETAS, EPS, DECAY, CLIP = (0.9, 0.95), 1e-6, 0.05, 2.0

torch.manual_seed(7)
params = {
    "blocks.0.weight": torch.randn(3, 4) + 3.0,
    "blocks.0.bias": torch.randn(5) - 3.0,
    "decoder.weight": 0.1 * torch.randn(2, 3) + 0.5,
}
# name -> (learning rate scale, weight decay applies)
groups = {"blocks.0.weight": (1.0, True), "blocks.0.bias": (1.0, False), "decoder.weight": (0.25, True)}
initial = {name: value.clone() for name, value in params.items()}
for value in params.values():
    value.requires_grad_(True)

optimizer = torch.optim.AdamW(
    [
        {"params": [params[name]], "weight_decay": DECAY if decay else 0.0, "scale": scale}
        for name, (scale, decay) in groups.items()
    ],
    lr=1e-2,
    betas=BETAS,
    eps=EPS,
    foreach=False,
)


def lists(tensors):
    return {name: value.detach().flatten().tolist() for name, value in tensors.items()}


updates = []
for update in range(UPDATES):
    rate = 1e-2 * (0.5 + 0.5 * math.cos(math.pi * update / UPDATES))
    for group in optimizer.param_groups:
        group["lr"] = rate * group["scale"]
    grads = {name: torch.randn_like(value) * (0.05 if update % 3 == 0 else 1.0) for name, value in params.items()}
    for name, value in params.items():
        value.grad = grads[name].clone()
    norm = torch.nn.utils.clip_grad_norm_(list(params.values()), CLIP)
    optimizer.step()
    updates.append({"learningRate": rate, "grads": lists(grads), "norm": norm.item(), "params": lists(params)})

fixture = {
    "torch": torch.__version__.split("+")[0],
    "betas": BETAS,
    "eps": EPS,
    "weightDecay": DECAY,
    "clipNorm": CLIP,
    "shapes": {name: list(value.shape) for name, value in params.items()},
    "groups": {name: {"scale": scale, "decay": decay} for name, (scale, decay) in groups.items()},
    "initial": lists(initial),
    "updates": updates,
    "m": lists({name: optimizer.state[value]["exp_avg"] for name, value in params.items()}),
    "v": lists({name: optimizer.state[value]["exp_avg_sq"] for name, value in params.items()}),
}
path = pathlib.Path(__file__).with_name("adamw-fixture.json")
path.write_text(json.dumps(fixture) + "\n")
