"""data2vec 1 and 2 in plain PyTorch, fp32 eager: student, teacher, targets, loss and optimizer (data2vec1.md §2,
data2vec2.md §3–§5). The peer of ../contenders/step.ts."""
import copy

import torch
import torch.nn.functional as F
from torch import nn

from network import Network, take
from rounds import TASK, THREADS, serve

torch.set_num_threads(THREADS)
torch.manual_seed(0)
OBJECTIVE = TASK["objective"]
D = TASK["backbone"]["dim"]


def standardise(x, *dims):
    """No learned parameters, biased variance."""
    return (x - x.mean(dims, keepdim=True)) * torch.rsqrt(x.var(dims, unbiased=False, keepdim=True) + 1e-5)


def make_targets(outputs, extra):
    """(B, T, D) of the last K blocks."""
    config = OBJECTIVE["targets"]
    which = 0 if config["tensor"] == "block" else 1
    each, average = config["layers"], config["average"]
    total = 0
    for output in outputs[-config["topK"] :]:
        y = output[which][:, extra:]
        y = standardise(y, 1) if each["instanceNorm"] else y
        total = total + (standardise(y, 2) if each["layerNorm"] else y)
    y = total / config["topK"]
    y = standardise(y, 2) if average["layerNorm"] else y
    return standardise(y, 1) if average["instanceNorm"] else y


def regression(prediction, target):
    """Loss of each element, scaled."""
    beta, scale = OBJECTIVE["loss"]["beta"], OBJECTIVE["loss"]["scale"] or D**-0.5
    error = F.smooth_l1_loss(prediction, target, beta=beta, reduction="none") if beta else (prediction - target) ** 2
    return error * scale


class Objective(nn.Module):
    """A student with what only learning needs, and its teacher, which is no part of the module."""

    def __init__(self, encoder):
        super().__init__()
        self.network = Network(TASK, encoder)

    def follow(self):
        """Makes the teacher: a copy, but for what it shares with the student."""
        teacher = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.averaged = []
        own = dict(teacher.named_parameters())
        for name, parameter in self.network.named_parameters():
            if any(name == prefix or name.startswith(f"{prefix}.") for prefix in OBJECTIVE["teacher"]["share"]):
                module, _, leaf = name.rpartition(".")
                setattr(teacher.get_submodule(module), leaf, parameter)
            else:
                self.averaged.append((own[name], parameter))
        object.__setattr__(self, "teacher", teacher)

    def targets(self, inputs, features=None):
        """Of the raw inputs; where the teacher shares the student's local encoder, of the features given."""
        shared = any("encoder.local".startswith(prefix) for prefix in OBJECTIVE["teacher"]["share"])
        with torch.no_grad():
            encoder = self.teacher.encoder
            x, bias = encoder.sequence(features if shared and features is not None else encoder.features(inputs))
            return make_targets(self.teacher(x, bias)[1], encoder.extra)


class Data2vec1(Objective):
    def __init__(self, encoder):
        super().__init__(encoder)
        if not encoder.masks_ids:
            self.mask_token = nn.Parameter(encoder.mask_token(D))
        widths = [D, D] if OBJECTIVE["head"] == 1 else [D, 2 * D, D]
        self.head = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        for layer in self.head:
            nn.init.trunc_normal_(layer.weight, std=0.02, a=-0.02, b=0.02)
            nn.init.zeros_(layer.bias)

    def forward(self, inputs):
        encoder = self.network.encoder
        if encoder.masks_ids:
            hidden = encoder.hide(*inputs.shape)
            targets = self.targets(inputs)
            x, bias = encoder.sequence(encoder.features(encoder.mask_ids(inputs, hidden)))
        else:
            features = encoder.features(inputs)
            hidden = encoder.hide(*features.shape[:2])
            targets = self.targets(inputs, features)
            x, bias = encoder.sequence(torch.where(hidden.unsqueeze(-1), self.mask_token, features))
        z, _ = self.network(x, bias)
        prediction = z[:, encoder.extra :][hidden]
        for i, layer in enumerate(self.head):
            prediction = layer(prediction if i == 0 else F.gelu(prediction))
        return regression(prediction, targets[hidden]).sum() / hidden.sum()


class Data2vec2(Objective):
    def __init__(self, encoder):
        super().__init__(encoder)
        self.decoder = Decoder(encoder.grid)
        if encoder.bert_decoder:
            self.decoder.projections.apply(initialise)

    def forward(self, inputs):
        encoder, copies = self.network.encoder, OBJECTIVE["masks"]
        features = encoder.features(inputs)
        targets = self.targets(inputs, features).repeat_interleave(copies, 0)
        rows, tokens = targets.shape[:2]
        hidden = encoder.hide(rows, tokens)
        order = hidden.to(torch.uint8).argsort(dim=1, stable=True)
        count = tokens - int(hidden[0].sum())
        x, bias = encoder.sequence(features, order[:, :count])
        z, _ = self.network(x, bias)

        seen = F.dropout(z[:, encoder.extra :], OBJECTIVE["decoder"]["inputDropout"], self.training)
        noise = torch.randn(rows, tokens - count, D) * OBJECTIVE["maskNoise"]
        prediction = self.decoder(take(torch.cat([seen, noise], 1), order.argsort(1)))
        error = regression(prediction, targets).sum(-1)
        loss = (error * hidden).sum() / hidden.sum()
        if OBJECTIVE["clsLoss"]:
            error = (z[:, encoder.extra - 1] - targets.mean(1)) ** 2
            loss = loss + OBJECTIVE["clsLoss"] * error.sum() * D**-0.5
        return loss


class Decoder(nn.Module):
    """Convolutions over the sequence, or over a grid of patches (data2vec2.md §4.2)."""

    def __init__(self, grid):
        super().__init__()
        config = OBJECTIVE["decoder"]
        self.grid, self.residual, self.width = grid, config["residual"], config["width"]
        convolution = nn.Conv1d if grid is None else nn.Conv2d
        options = {"kernel_size": config["kernel"], "padding": config["kernel"] // 2, "groups": config["groups"]}
        widths = [D] + [self.width] * config["layers"]
        self.convs = nn.ModuleList(convolution(a, b, **options) for a, b in zip(widths, widths[1:]))
        hidden = [round(self.width * config["projectionRatio"] ** i) for i in range(config["projectionLayers"])]
        sizes = [*hidden, D]
        self.projections = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        x = x.transpose(1, 2)
        x = x if self.grid is None else x.unflatten(2, self.grid)
        for conv in self.convs:
            y = conv(x).movedim(1, -1)
            y = F.gelu(F.layer_norm(y, (self.width,))).movedim(-1, 1)
            x = x + y if self.residual and x.shape[1] == y.shape[1] else y
        x = x.flatten(2).transpose(1, 2)
        for i, projection in enumerate(self.projections):
            x = projection(x if i == 0 else F.gelu(x))
        return x


def initialise(module):
    """As BERT: weights of Linear layers normal with σ 0.02, biases 0."""
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def optimizer_of(parameters):
    config = TASK["optimizer"]
    decayed = [p for p in parameters if config["decay"] == "all" or p.ndim >= 2]
    others = [p for p in parameters if config["decay"] != "all" and p.ndim < 2]
    groups = [{"params": decayed, "weight_decay": config["weightDecay"]}, {"params": others, "weight_decay": 0.0}]
    groups = [group for group in groups if group["params"]]
    return torch.optim.AdamW(groups, lr=config["learningRate"], betas=config["betas"], eps=config["eps"], fused=True)


def pretrain(encoder, inputs):
    """Serves training steps on one batch of inputs."""
    model = (Data2vec1 if OBJECTIVE["name"] == "data2vec1" else Data2vec2)(encoder)
    model.network.blocks.apply(initialise)
    model.follow()
    learning = list(model.parameters())
    optimizer = optimizer_of(learning)
    averages, students = (list(each) for each in zip(*model.averaged))
    clip_norm, decay = TASK["optimizer"]["clipNorm"], OBJECTIVE["teacher"]["decay"]["start"]
    losses = []

    def step():
        loss = model(inputs)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(learning, clip_norm)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, students, 1 - decay)
        losses.append(loss.item())

    serve(step, lambda: {"parameters": sum(p.numel() for p in learning), "first loss": losses[0]})
