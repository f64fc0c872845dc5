"""Makes average-precision-fixture.json: average precisions of random scores by scikit-learn (pip install scikit-learn==1.9.1).

    python test/task/make-average-precision-fixture.py
"""

import json
import random
from pathlib import Path

from sklearn.metrics import average_precision_score

rng = random.Random(5)
cases = []
# Scores in eighths are exact in float32; few digits make ties.
for classes, samples, share, skill, steps in ((3, 40, 0.3, 1, 8), (5, 200, 0.05, 2, 8), (2, 30, 0.5, 0, 1), (4, 60, 0.2, 8, 8)):
    labels = [[int(rng.random() < share) for _ in range(classes)] for _ in range(samples)]
    for c in range(classes):
        labels[rng.randrange(samples)][c] = 1
    scores = [[round((skill * label + rng.gauss(0, 1)) * steps) / steps for label in row] for row in labels]
    precisions = [average_precision_score([row[c] for row in labels], [row[c] for row in scores]) for c in range(classes)]
    macro = average_precision_score(labels, scores, average="macro")
    cases.append({"labels": labels, "scores": scores, "precisions": precisions, "map": macro})
Path(__file__).with_name("average-precision-fixture.json").write_text(json.dumps(cases) + "\n")
