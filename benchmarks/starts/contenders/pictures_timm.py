"""Vectors of picture files by timm: its own transform, batches of 32, the pooled features.

The parameters are random: that does not change what a picture costs.
"""

from pathlib import Path

from serving import read_ask, serve


def main() -> None:
    import timm
    import torch
    from PIL import Image

    ask = read_ask()
    torch.set_num_threads(ask.threads)
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0).eval()
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(model))
    paths = sorted(Path(ask.rows).iterdir())

    def job() -> int:
        done = 0
        with torch.inference_mode():
            for first in range(0, len(paths), ask.batch):
                part = paths[first : first + ask.batch]
                pixels = [transform(Image.open(path).convert("RGB")) for path in part]
                done += len(model(torch.stack(pixels)))
        return done

    job()
    serve(job, ("timm", "torch", "torchvision"))


if __name__ == "__main__":
    main()
