"""Writes the fixtures beside this file: small wav2vec 2.0 encoders of Hugging Face transformers under fairseq's names.

They have what no data2vec model has and fairseq's configuration can name: group norm, biased convolutions, a single
positional convolution with weight norm, pre-norm blocks. Each file holds weights, `input`, `features` and, for the loss
sum(features * cos(1 + 2i)), i counting all elements, `grad.NAME`; its metadata is the fairseq configuration.

    pip install torch transformers==5.18.0 safetensors && python make.py
"""

import json
import re
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import Wav2Vec2Config, Wav2Vec2Model

RULES = [
    (r"feature_extractor\.conv_layers\.(\d)\.conv\.", r"feature_extractor.conv_layers.\1.0."),
    (r"feature_extractor\.conv_layers\.(\d)\.layer_norm\.", r"feature_extractor.conv_layers.\1.NORM."),
    (r"feature_projection\.layer_norm\.", "layer_norm."),
    (r"feature_projection\.projection\.", "post_extract_proj."),
    (r"masked_spec_embed", "mask_emb"),
    (r"encoder\.pos_conv_embed\.conv\.parametrizations\.weight\.original0", "encoder.pos_conv.0.weight_g"),
    (r"encoder\.pos_conv_embed\.conv\.parametrizations\.weight\.original1", "encoder.pos_conv.0.weight_v"),
    (r"encoder\.pos_conv_embed\.conv\.bias", "encoder.pos_conv.0.bias"),
    (r"(encoder\.layers\.\d+)\.attention\.", r"\1.self_attn."),
    (r"(encoder\.layers\.\d+)\.layer_norm\.", r"\1.self_attn_layer_norm."),
    (r"(encoder\.layers\.\d+)\.feed_forward\.intermediate_dense\.", r"\1.fc1."),
    (r"(encoder\.layers\.\d+)\.feed_forward\.output_dense\.", r"\1.fc2."),
]
SIZES = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, conv_dim=(6, 8, 8),
    conv_kernel=(10, 3, 2), conv_stride=(5, 2, 2), num_feat_extract_layers=3, num_conv_pos_embeddings=6,
    num_conv_pos_embedding_groups=4, hidden_dropout=0.0, activation_dropout=0.0, attention_dropout=0.0,
    feat_proj_dropout=0.0, layerdrop=0.0, layer_norm_eps=1e-5, apply_spec_augment=False,
)
CASES = {
    "group-norm": (dict(feat_extract_norm="group", conv_bias=False, do_stable_layer_norm=False), "2"),
    "pre-norm": (dict(feat_extract_norm="layer", conv_bias=True, do_stable_layer_norm=True), "2.1"),
}


def foreign_name(name: str, norm: str) -> str:
    for pattern, replacement in RULES:
        name = re.sub(f"^{pattern}", replacement, name)
    return name.replace("NORM", norm)


for case, (options, norm) in CASES.items():
    torch.manual_seed(1)
    model = Wav2Vec2Model(Wav2Vec2Config(**SIZES, **options)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    waveforms = torch.randn(2, 700)
    features = model(waveforms).last_hidden_state
    weights = torch.cos(1 + 2 * torch.arange(features.numel(), dtype=torch.float64)).float().view_as(features)
    (features * weights).sum().backward()
    tensors = {"input": waveforms, "features": features.detach().contiguous()}
    for name, parameter in model.named_parameters():
        own = foreign_name(name, norm)
        tensors[own] = parameter.detach().contiguous()
        if parameter.grad is not None:
            tensors[f"grad.{own}"] = parameter.grad.contiguous()
    config = dict(
        extractor_mode="default" if options["feat_extract_norm"] == "group" else "layer_norm",
        conv_feature_layers="[(6, 10, 5)] + [(8, 3, 2)] * 1 + [(8,2,2)]",
        conv_bias=options["conv_bias"], feature_grad_mult=1.0, encoder_embed_dim=16, encoder_layers=2,
        encoder_attention_heads=2, encoder_ffn_embed_dim=24, layer_norm_first=options["do_stable_layer_norm"],
        conv_pos=6, conv_pos_groups=4, pos_conv_depth=1, mask_prob=0.65, mask_length=10, average_top_k_layers=2,
    )
    save_file(tensors, Path(__file__).parent / f"{case}.safetensors", metadata={"config": json.dumps(config)})
