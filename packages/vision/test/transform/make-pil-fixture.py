"""Writes pil-fixture.json: what Pillow makes of small images, for the tests of resampling and RandAugment.

Run with Pillow 12.3.0 and NumPy: python make-pil-fixture.py && npx prettier --write pil-fixture.json
"""

import base64
import json
import pathlib

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

FILTERS = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR}
FILL = {"L": 128, "RGB": (124, 116, 104)}
rng = np.random.default_rng(7)


def picture(mode, width, height):
    """Noise over gradients, so that neighbouring pixels are alike and histograms uneven."""
    channels = 3 if mode == "RGB" else 1
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    values = 40 + 150 * x / width + 40 * np.sin(y * 0.9 + c) + rng.normal(0, 25, y.shape)
    values[: height // 3, : width // 3] = rng.integers(0, 256, channels)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8).squeeze(), mode=None)


def raster(image):
    return {
        "width": image.width,
        "height": image.height,
        "channels": 3 if image.mode == "RGB" else 1,
        "data": base64.b64encode(image.tobytes()).decode(),
    }


def enhance(kind, image, factor):
    return kind(image).enhance(factor)


def solarize_add(image, add):
    return image.point([min(255, i + add) if i < 128 else i for i in range(256)] * len(image.getbands()))


def operations(image, name):
    kwargs = {"resample": FILTERS[name], "fillcolor": FILL[image.mode]}
    affine = lambda matrix: image.transform(image.size, Image.AFFINE, matrix, **kwargs)
    w, h = image.size
    if name == "bicubic":
        yield "autoContrast", None, ImageOps.autocontrast(image)
        yield "equalise", None, ImageOps.equalize(image)
        yield "invert", None, ImageOps.invert(image)
        for bits in (0, 1, 4):
            yield "posterise", bits, ImageOps.posterize(image, bits)
        for threshold in (0, 26, 128, 256):
            yield "solarise", threshold, ImageOps.solarize(image, threshold)
        for add in (0, 99, 110):
            yield "solariseAdd", add, solarize_add(image, add)
        for factor in (0.0, 0.1, 0.37, 1.0, 1.63, 1.9):
            yield "colour", factor, enhance(ImageEnhance.Color, image, factor)
            yield "contrast", factor, enhance(ImageEnhance.Contrast, image, factor)
            yield "brightness", factor, enhance(ImageEnhance.Brightness, image, factor)
            yield "sharpness", factor, enhance(ImageEnhance.Sharpness, image, factor)
    for degrees in (-27.3, 13.1, 30):
        yield "rotate", degrees, image.rotate(degrees, **kwargs)
    for factor in (-0.27, 0.11):
        yield "shearX", factor, affine((1, factor, 0, 0, 1, 0))
        yield "shearY", factor, affine((1, 0, 0, factor, 1, 0))
    for share in (-0.405, 0.2):
        yield "translateX", share, affine((1, 0, share * w, 0, 1, 0))
        yield "translateY", share, affine((1, 0, 0, 0, 1, share * h))


def main():
    fixture = {"images": [], "resize": [], "operations": [], "luma": None}
    for mode, width, height in (("RGB", 13, 11), ("L", 12, 9)):
        image = picture(mode, width, height)
        index = len(fixture["images"])
        fixture["images"].append(raster(image))
        for name, kind in FILTERS.items():
            for box in ((0, 0, width, height), (2, 1, 11, 8), (3, 2, 4, 3)):
                for size in ((5, 4), (9, 7), (24, 17), (width, 6), (7, height)):
                    out = image.crop(box).resize(size, kind)
                    fixture["resize"].append({"image": index, "filter": name, "box": box, "out": raster(out)})
            for operation, argument, out in operations(image, name):
                fixture["operations"].append(
                    {"image": index, "filter": name, "operation": operation, "argument": argument, "out": raster(out)}
                )
        if mode == "RGB":
            fixture["luma"] = base64.b64encode(image.convert("L").tobytes()).decode()
    path = pathlib.Path(__file__).with_name("pil-fixture.json")
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


main()
