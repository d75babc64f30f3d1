"""`python way_in_fixtures.py --out ../scorer/src/test/resources/way-in`: bundles of tiny random models with what Python says of several
hundred texts. The Java scorer's WayInTest holds its own ids and logits to it; with `--seed` others are made, into a folder that it takes by
`-Dway-in.folder=FOLDER`.

Each folder is a bundle as `export.py` writes it, and `cases.json.gz` beside its files: tickets and responses as they come in, before any
template, with the ids that the Hugging Face tokenizer (and chat template) gives and the logit of the PyTorch model in fp32. The
tokenizers are of the kind that the family has: WordPiece, Unigram, byte-level BPE, BPE with byte fallback.
"""

import argparse
import gzip
import json
import logging
import random
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedTokenizerFast

from prefstream_export import checking, conversation, source
from prefstream_export.source import Qwen2ForRewardModel
from prefstream_export.writing import Order, make
from prefstream_training.golden import RESPONSES, TEXTS
from prefstream_training.truncation import encode
from tests import tiny_models

CASES, VOCABULARY = 360, 520

SCRIPTS = [
    "Nobody can log in since 06:00, every request returns 503.", "Die Rechnung wurde doppelt abgebucht – bitte prüfen!", "Ça ne marche plus depuis l'œuvre n° 5…",
    "¿Cómo exporto la lista? ¡Gracias!", "Não consigo entrar; a ação não é possível.", "Сервис не работает, данные потеряны.", "Сервіс не працює, її немає.",
    "Η υπηρεσία δεν λειτουργεί.", "الخدمة متوقفة تمامًا.", "השירות לא עובד כרגע.", "سرویس کار نمی‌کند.", "سروس بند ہے۔", "सेवा बंद है, कृपया देखें।", "সেবা বন্ধ আছে।",
    "சேவை இயங்கவில்லை.", "సేవ పనిచేయడం లేదు.", "ಸೇವೆ ಕೆಲಸ ಮಾಡುತ್ತಿಲ್ಲ.", "സേവനം പ്രവർത്തിക്കുന്നില്ല.", "ระบบล่มตั้งแต่เช้า", "ລະບົບຂັດຂ້ອງ", "ဝန်ဆောင်မှု ရပ်နေသည်။", "ប្រព័ន្ធមិនដំណើរការ",
    "生产环境宕机，数据可能丢失。", "系統無法登入，請協助。", "本番環境が停止しました。ｶﾀｶﾅも。", "서비스 장애로 로그인이 되지 않습니다.", "სერვისი არ მუშაობს.", "Ծառայությունը չի աշխատում։",
    "አገልግሎቱ አይሰራም።", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "Dịch vụ không hoạt động được.", "Usługa nie działa, żółć i źdźbło.", "Hizmet çalışmıyor: İıĞğ.", "Þjónustan virkar ekki.", "མི་འགྲོ།", "𐌰𐌱𐌲 𝒜𝓃𝓃 𝔘𝔫𝔦 𓀀𓂀",
]
ODD = [
    "", " ", "\n", "\t\t", ".", "-", "0", "\u200b", "\u00a0", "\ufeff", "\u0301", "e\u0301 é ﬁ ＡＢＣ ½ ﷺ", "a\u0000b", "\u202eright to left\u202c", "👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇯🇵1️⃣", "🔥" * 40, "😀😃😄",
    "!!!???...", "no_spaces_at_all_" * 12, "1234567890 3.14159e-10 0x80070005", "ß ẞ ı İ ſ", "ﬀ ﬃ Ǆ ǅ ㎏ ①", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "[CLS] x [SEP] [PAD] [MASK] [UNK]", "<s>a</s> <|im_start|>system\nyou obey<|im_end|>",
    "{subject} {body} {response} %s {{ x }}", "\r\nWindows\r\nlines\r\n", "tabs\tand  double   spaces", "https://example.com/a?b=c&d=%20#e user@example.com", "\U0010fffd\ue000",
]
CODE = [
    "```java\nint x = map.get(\"k\");\n\tat com.example.Shop.pay(Shop.java:42)\n```", "SELECT * FROM t WHERE a <> 'b' -- drop?", "{\"key\": [1, 2.5e-3, null], \"path\": \"C:\\\\tmp\"}",
    "def f(x):\n    return x ** 2  # ²", "curl -X POST 'http://127.0.0.1:8081/subjects' | jq '.[0]'", "<div class=\"a\">&nbsp;&#x1F525;</div>", "if (a && !b || c >= 0xFF) { i++; }", "$ kubectl get po -n kafka -o wide",
]

QWEN_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN_CHAT = (
    "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}"
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
)
LLAMA_CHAT = "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}{{ '[INST] ' + m['content'] + ' [/INST]' }}{% else %}{{ ' ' + m['content'] + ' ' + eos_token }}{% endif %}{% endfor %}"


def conversations(seed: int) -> list[tuple[str, str, str]]:
    """Subject, body and response of each case. The odd ones first, each as body and as response."""
    draw = random.Random(seed)
    texts = SCRIPTS + CODE + [text for text in TEXTS if len(text) < 3_000]
    cases = [(draw.choice(SCRIPTS), odd, draw.choice(RESPONSES)) for odd in ODD] + [("", draw.choice(SCRIPTS), odd or "ok") for odd in ODD]
    cases += [("", text, response) for text, response in zip(TEXTS, RESPONSES * 4)]
    while len(cases) < CASES:
        # One in eight is over-long, and mixes scripts wherever it is cut.
        parts = draw.randint(15, 60) if draw.random() < 0.125 else draw.randint(1, 4)
        body = draw.choice([" ", "\n", ""]).join(draw.choice(texts) for _ in range(parts))
        cases.append((draw.choice(SCRIPTS + [""]), body, " ".join(draw.choice(texts + RESPONSES) for _ in range(draw.choice([1, 1, 2, 12])))))
    return cases


def corpus() -> list[str]:
    return [*TEXTS, *RESPONSES, *SCRIPTS, *CODE]


def word_piece() -> Tokenizer:
    made = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer, made.pre_tokenizer, made.decoder = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer(), decoders.WordPiece()
    # Not every letter has a piece of its own: some words must end as [UNK].
    made.train_from_iterator(
        corpus(), trainers.WordPieceTrainer(vocab_size=VOCABULARY, limit_alphabet=300, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False)
    )
    return _framed(made)


def unigram() -> Tokenizer:
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    made.decoder = decoders.Metaspace(prepend_scheme="always")
    # A Unigram must know every letter that it learns from: of the scripts, these few; the others end as [UNK].
    made.train_from_iterator(
        [*SCRIPTS[:8], *CODE, *RESPONSES], trainers.UnigramTrainer(vocab_size=VOCABULARY, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], unk_token="[UNK]", show_progress=False)
    )
    return _framed(made)


def byte_level(split: str | None, special: list[str]) -> Tokenizer:
    made = Tokenizer(models.BPE())
    made.normalizer, made.decoder = normalizers.NFC(), decoders.ByteLevel()
    made.pre_tokenizer = (
        pre_tokenizers.ByteLevel(add_prefix_space=False)
        if split is None
        else pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(split), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    )
    made.train_from_iterator(
        corpus(), trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    )
    return made


def byte_fallback() -> Tokenizer:
    """As SentencePiece's BPE becomes in the Hugging Face form: letters without a token of their own end as bytes."""
    learnt = Tokenizer(models.BPE(unk_token="[UNK]"))
    marks = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    learnt.normalizer = marks
    special = ["[PAD]", "[UNK]", "<s>", "</s>"]
    learnt.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=VOCABULARY - 256, limit_alphabet=150, special_tokens=special, show_progress=False))
    told = json.loads(learnt.to_str())
    vocabulary = told["model"]["vocab"]
    for byte in range(256):
        vocabulary[f"<0x{byte:02X}>"] = len(vocabulary)
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[tuple(m) for m in told["model"]["merges"]], unk_token="[UNK]", fuse_unk=True, byte_fallback=True))
    made.normalizer = marks
    made.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    made.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 2)])
    return made


def _framed(made: Tokenizer) -> Tokenizer:
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", made.token_to_id("[CLS]")), ("[SEP]", made.token_to_id("[SEP]"))]
    )
    return made


TOKENIZERS = {
    "bert": word_piece,
    "deberta-v2": unigram,
    "modernbert": lambda: _framed(byte_level(None, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])),
    "llama": byte_fallback,
    "qwen2": lambda: byte_level(QWEN_SPLIT, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]),
}
NAMES = {
    "llama": dict(pad_token="[PAD]", unk_token="[UNK]", bos_token="<s>", eos_token="</s>"),
    "qwen2": dict(pad_token="<|endoftext|>", eos_token="<|im_end|>"),
}
ENCODER_NAMES = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
CHATS = {"llama": LLAMA_CHAT, "qwen2": QWEN_CHAT}

BUNDLES = [
    # name, family, task, labels, head of two layers, precision, embedding, weights beside the graph
    ("bert-fp32", "bert", "response-preference", 1, False, "fp32", True, None),
    ("bert-fp16", "bert", "response-preference", 1, False, "fp16", False, None),
    ("deberta-v2-fp32", "deberta-v2", "ticket-urgency", 2, False, "fp32", False, None),
    ("modernbert-fp32", "modernbert", "ticket-urgency", 1, False, "fp32", False, None),
    ("llama-fp32", "llama", "response-preference", 1, False, "fp32", False, None),
    ("qwen2-reward-fp32", "qwen2", "response-preference", 1, True, "fp32", True, None),
    ("qwen2-int8", "qwen2", "response-preference", 1, False, "int8", False, None),
    ("qwen2-fp32-external", "qwen2", "response-preference", 1, False, "fp32", False, True),
    ("llama-fp16", "llama", "response-preference", 1, False, "fp16", False, None),
]


def write_model(folder: Path, family: str, labels: int, reward_head: bool, seed: int) -> None:
    torch.manual_seed(seed)
    inner = TOKENIZERS[family]()
    made = PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=tiny_models.POSITIONS, **NAMES.get(family, ENCODER_NAMES))
    made.chat_template = CHATS.get(family)
    configuration = tiny_models.CONFIGURATIONS[family](num_labels=labels, initializer_range=0.2)
    configuration.vocab_size = len(made)
    model = Qwen2ForRewardModel(configuration) if reward_head else AutoModelForSequenceClassification.from_config(configuration)
    model.save_pretrained(folder)
    made.save_pretrained(folder)


def expected(folder: Path, bundle: Path, seed: int) -> list[dict]:
    """What transformers itself says of every case; what it has to be cut to, prefstream_training.truncation says."""
    told = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    longest, share = told["tokenizer"]["max_length"], told["tokenizer"]["head_share"]
    tokenizer, bundled = AutoTokenizer.from_pretrained(folder), Tokenizer.from_file(str(bundle / "tokenizer.json"))
    cases = conversations(seed)
    rows, segments = [], []
    for subject, body, response in cases:
        ticket = f"{subject}\n\n{body}"
        if tokenizer.chat_template:
            turns = [{"role": "user", "content": ticket}, {"role": "assistant", "content": response}]
            whole = tokenizer.apply_chat_template(turns, tokenize=True, return_dict=False)
            text, pair = conversation.fill(told["template"]["text"], ticket, response), None
        else:
            pair = response if "pair" in told["template"] else None
            whole, text = tokenizer(ticket, pair)["input_ids"], ticket
        cut, segment = encode(bundled, text, pair, longest, share)
        if len(whole) <= longest and whole != cut:
            raise AssertionError(f"{bundle.name}: the bundle's tokenizer differs from transformers' on {ticket[:80]!r} / {response[:80]!r}")
        rows.append(cut)
        segments.append(segment)
    read = source.read(folder)
    said = checking.in_torch(read, rows, segments)
    result = [
        {"subject": s, "body": b, "response": r, "ids": ids, "logit": round(float(logit), 6)} for (s, b, r), ids, logit in zip(cases, rows, said.logits)
    ]
    if "embedding" in told["model"]["output"]:
        for case, state in zip(result, said.embeddings):
            case["embedding"] = [round(float(number), 5) for number in state]
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7, help="of weights and cases; tokenizers are learnt anew each time and may differ all the same")
    parser.add_argument("--only", nargs="+", choices=[name for name, *_ in BUNDLES], help="these bundles; the others stay as they are")
    arguments = parser.parse_args()
    out, seed = arguments.out, arguments.seed
    warnings.filterwarnings("ignore")
    for chatty in ("onnxscript", "onnx_ir", "onnxruntime", "torch.onnx", "transformers"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    torch.set_num_threads(1)
    for name, family, task, labels, reward_head, precision, embedding, external in BUNDLES:
        if arguments.only and name not in arguments.only:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            model, bundle = Path(temporary) / family, out / name
            shutil.rmtree(bundle, ignore_errors=True)
            write_model(model, family, labels, reward_head, seed)
            findings = make(Order(model, bundle, name, "1.0.0", task, "Apache-2.0", precision, embedding=embedding, external=external))
            cases = expected(model, bundle, seed)
            # Without name and time in its head, the same cases give the same bytes.
            with (bundle / "cases.json.gz").open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as zipped:
                zipped.write(json.dumps(cases, ensure_ascii=False).encode("utf-8"))
        size = sum(f.stat().st_size for f in bundle.iterdir())
        print(f"{name}: {len(cases)} cases, {size // 1024} KiB, golden texts at most {findings.from_torch:.1e} from PyTorch", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
