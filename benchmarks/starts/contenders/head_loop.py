"""Tuning a head with the encoder in the loop: every epoch reads every text anew, frozen.

It is what a training loop does that only switches the encoder's gradients off.
"""

from typing import Any

from serving import read_ask, read_texts, serve


def main() -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    ask = read_ask()
    torch.set_num_threads(ask.threads)
    texts, labels = read_texts(ask)
    classes = sorted(set(labels))
    truth = torch.tensor([classes.index(label) for label in labels])
    tokens = AutoTokenizer.from_pretrained(ask.checkpoint, local_files_only=True)
    encoder = AutoModel.from_pretrained(ask.checkpoint, local_files_only=True).eval()

    def pooled(part: list[str]) -> Any:
        read = tokens(
            part, truncation=True, max_length=ask.longest, padding=True, return_tensors="pt"
        )
        with torch.no_grad():
            found = encoder(**read).last_hidden_state
        seen = read["attention_mask"][:, :, None].float()
        return (found * seen).sum(1) / seen.sum(1)

    def job() -> int:
        head = torch.nn.Linear(encoder.config.hidden_size, len(classes))
        optimizer = torch.optim.AdamW(head.parameters(), lr=1e-2)
        for _ in range(ask.passes):
            for rows in torch.randperm(len(texts)).split(ask.batch):
                answers = head(pooled([texts[row] for row in rows.tolist()]))
                loss = torch.nn.functional.cross_entropy(answers, truth[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        return len(texts)

    serve(job, ("transformers", "torch"))


if __name__ == "__main__":
    main()
