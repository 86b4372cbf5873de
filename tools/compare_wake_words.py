"""Says wake words to pymicro-wakeword with its own library and with ours, and compares what it hears.

    pip install pymicro-wakeword==2.5.0 numpy     # and espeak-ng, which speaks
    python tools/compare_wake_words.py out/lib/libtensorflowlite_c.so
"""

import io
import subprocess
import sys
import wave
from collections import Counter

import numpy as np
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

WORDS = {"okay_nabu": "okay nahboo", "hey_jarvis": "hey jarvis", "hey_mycroft": "hey mycroft", "alexa": "alexa"}
VOICES = ["en-us", "en-gb", "en-us+f3", "en+m3", "en-us+m7"]
SPEEDS = [(130, 40), (150, 50), (170, 60)]
RATE = 16000


def speech(text, voice, speed, pitch):
    """16-bit samples of a sentence between two seconds of silence."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    spoken = subprocess.run(command, capture_output=True, check=True).stdout
    rate = wave.open(io.BytesIO(spoken)).getframerate()
    samples = np.frombuffer(spoken[44:], np.int16).astype(np.float32)
    times = np.arange(len(samples) * RATE // rate) * rate / RATE
    silence = np.zeros(RATE)
    whole = np.concatenate([silence, np.interp(times, np.arange(len(samples)), samples), silence])
    return whole.clip(-32768, 32767).astype(np.int16).tobytes()


def last(word):
    return word._probabilities[-1] if word._probabilities else 0.0


def main(library):
    heard, differences = (set(), set()), Counter()
    for model in Model:
        words = MicroWakeWord.from_builtin(model), MicroWakeWord.from_builtin(model, libtensorflowlite_c_path=library)
        for said, text in WORDS.items():
            for voice in VOICES:
                for speed, pitch in SPEEDS:
                    features = MicroWakeWordFeatures()
                    for word in words:
                        word.reset()
                    for step in features.process_streaming(speech(text, voice, speed, pitch)):
                        step = np.asarray(step, dtype=np.float32)
                        for word, results in zip(words, heard):
                            if word.process_streaming_prob(step) > word.probability_cutoff:
                                results.add((model.value, said, voice, speed))
                        differences[round(abs(last(words[0]) - last(words[1])) / words[0].output_scale)] += 1
    print(f"{sum(differences.values())} scores; how many quantization steps apart: {dict(sorted(differences.items()))}")
    print(f"heard with its own library: {len(heard[0])}, with ours: {len(heard[1])}")
    print("the same" if heard[0] == heard[1] else f"different: {heard[0] ^ heard[1]}")
    return heard[0] != heard[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
