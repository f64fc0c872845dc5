"""Makes fixture.json: metrics of random predictions by scikit-learn and SciPy (pip install scikit-learn==1.9.1 scipy==1.17.1).

    python test/metrics/make-fixture.py
"""

import json
import random
from pathlib import Path

from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

rng = random.Random(3)
classification = []
for classes, samples, skill in ((2, 40, 0.5), (2, 200, 0.9), (2, 30, 0.0), (3, 120, 0.6), (5, 60, 0.3), (2, 10, None)):
    labels = [rng.randrange(classes) for _ in range(samples)]
    predicted = [label if skill is not None and rng.random() < skill else rng.randrange(classes) for label in labels]
    if skill is None:
        predicted = [0] * samples
    average = "binary" if classes == 2 else "macro"
    classification.append(
        {
            "classes": classes,
            "labels": labels,
            "predicted": predicted,
            "accuracy": accuracy_score(labels, predicted),
            "f1": f1_score(labels, predicted, average=average, labels=None if classes == 2 else range(classes), zero_division=0),
            "matthews": matthews_corrcoef(labels, predicted),
        }
    )
regression = []
for samples, noise, digits in ((50, 0.5, 6), (80, 2.0, 1), (30, 1.0, 0)):
    x = [round(rng.uniform(0, 5), digits) for _ in range(samples)]
    y = [round(value + rng.gauss(0, noise), digits) for value in x]
    regression.append({"x": x, "y": y, "pearson": pearsonr(x, y).statistic, "spearman": spearmanr(x, y).statistic})
fixture = {"classification": classification, "regression": regression}
Path(__file__).with_name("fixture.json").write_text(json.dumps(fixture) + "\n")
