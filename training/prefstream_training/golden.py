"""The texts that every reader of a bundle must turn into the same ids and the same logit."""

LONG = "The nightly job failed again on node 17 with code 0x80070005, see the log below. " * 60
LONG_JAPANESE = "サーバーが応答しません。ログを確認してください。" * 60

TEXTS = [
    "a",
    "?",
    "🔥",
    "Production is down\n\nNobody can log in since 06:00, every request returns 503.",
    "How do I change my picture?\n\nNo hurry, thanks.",
    "  Leading and trailing white space\t\n\n  ",
    "ALL CAPS SUBJECT!!!\n\nPLEASE HELP",
    "Zahlung doppelt abgebucht – Größe & Straße\n\nBitte prüfen: 1.234,56 €",
    "L'accès à été coupé cet été\n\nÇa ne marche plus depuis l'œuvre n° 5…",
    "¿Cómo exporto la lista?\n\n¡Gracias, señor Muñoz!",
    "Não consigo entrar\n\nAtenção: ação não é possível.",
    "本番環境が停止しました\n\n誰もログインできません。カタカナとｶﾀｶﾅ。",
    "生产环境宕机\n\n所有用户都无法登录，数据可能丢失。",
    "서비스 장애\n\n로그인이 되지 않습니다.",
    "Сервис не работает\n\nПотеряны данные клиентов за вчера.",
    "الخدمة متوقفة\n\nلا يمكن لأي مستخدم تسجيل الدخول.",
    "השירות לא עובד\n\nאין כניסה למערכת.",
    "सेवा बंद है\n\nकोई भी लॉगिन नहीं कर पा रहा है।",
    "ระบบล่ม\n\nผู้ใช้ทุกคนเข้าสู่ระบบไม่ได้",
    "Η υπηρεσία δεν λειτουργεί\n\nΧάθηκαν δεδομένα.",
    "family 👨‍👩‍👧‍👦 flag 🇯🇵 skin 👍🏽 keycap 1️⃣\n\n🚨🚨 down 🚨🚨",
    "combining e\u0301 against é, ligature ﬁ, full width ＡＢＣ, half ½\n\nzero\u200bwidth\ufeff and nbsp\u00a0here",
    "NullPointerException in checkout\n\n```java\nint x = map.get(\"k\");\n\tat com.example.Shop.pay(Shop.java:42)\n```",
    "SELECT * FROM t WHERE a <> 'b' -- drop?\n\n{\"key\": [1, 2.5e-3, null], \"path\": \"C:\\\\tmp\"}",
    "[CLS] quoted [SEP] special [PAD] tokens [MASK]\n\n[UNK] <s> </s>",
    "x" * 3_000,
    LONG,
    LONG_JAPANESE,
]

RESPONSES = [
    "ok",
    "Thank you for your report. We have restarted the service; please try again and tell us the time of any new error.",
    "We cannot help with that.",
    "Öffnen Sie bitte Einstellungen → Konto und wählen Sie „Exportieren“.",
    "ご連絡ありがとうございます。再起動後にもう一度お試しください。",
    "Run this:\n\n```bash\nkubectl rollout restart deploy/shop\n```",
    "👍",
    "1. Sign out.\n2. Clear the cache.\n3. Sign in again.\n" * 40,
]


def urgency_texts() -> list[tuple[str, str | None]]:
    return [(text, None) for text in TEXTS]


def preference_texts() -> list[tuple[str, str | None]]:
    """Every text once with a response in turn, then the cutting cases: long text with a short, a middling and a long response."""
    cases = [(text, RESPONSES[i % len(RESPONSES)]) for i, text in enumerate(TEXTS)]
    return cases + [(LONG, RESPONSES[0]), (LONG, "one two three " * 45), (LONG, RESPONSES[-1]), ("a", RESPONSES[-1])]
