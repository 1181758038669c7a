"""Files of a figure: PNG, and PDF and SVG, which are drawn side by side.

Most of the time that a figure takes goes into where everything stands, and into its formulas. Both
are the same in PDF and in SVG: they are drawn in one go.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_pdf import PdfFile, RendererPdf
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser, VectorParse
from matplotlib.textpath import TextToPath
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pyparsing import ParserElement

from paper_replication.figure_registry import FORMATS
from paper_replication.files import replacing
from paper_replication.provenance import UNRECORDED, Provenance, words
from paper_replication.style import project_style

#: Dots in an inch of PDF and SVG.
POINTS = 72

#: What the metadata of each format call a description. No file holds a date, so that the same data
#: give the same bytes.
_METADATA: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "png": lambda text: {"Description": text, "Software": f"Matplotlib {mpl.__version__}"},
    "pdf": lambda text: {"Subject": text, "CreationDate": None},
    "svg": lambda text: {"Description": text, "Date": None},
}


def save(
    figure: Figure,
    stem: str | Path,
    title: str = "",
    alternative: str = "",
    made: Provenance = UNRECORDED,
) -> None:
    """Write a figure in every format; a file of that name is complete or absent.

    The path is that without the ending. The files' metadata have the title, a text for those who do
    not see the picture, and as keywords what it was made from.
    """
    stem = Path(stem)
    common = {"Title": title, "Keywords": words(made)}
    metadata = [
        {key: value for key, value in (common | own(alternative)).items() if value != ""}
        for own in (_METADATA[suffix] for suffix in FORMATS)
    ]
    png, pdf, svg = (stem.with_name(f"{stem.name}.{suffix}") for suffix in FORMATS)
    with project_style():
        canvas = FigureCanvasAgg(figure)
        canvas.get_renderer().mathtext_parser = _FORMULAS
        if engine := figure.get_layout_engine():
            engine.execute(figure)
        # Laid out once. With a layout engine, be it "none", each format would be drawn twice.
        mpl.rcParams["figure.constrained_layout.use"] = False
        figure.set_layout_engine(None)
        with replacing(png) as partial:
            _save_png(canvas, partial, metadata[0])
        _keep_places(figure)
        with replacing(pdf) as one, replacing(svg) as other:
            _save_vectors(canvas, one, other, *metadata[1:])


def _save_png(canvas: FigureCanvasAgg, path: Path, metadata: Mapping[str, str]) -> None:
    """Draw into a PNG without transparency, of which there is none."""
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    texts = PngInfo()
    for key, text in metadata.items():
        texts.add_text(key, text)
    dots = canvas.figure.dpi
    # Level 6, the default, takes half as long again for a tenth less.
    picture.save(path, "png", compress_level=3, dpi=(dots, dots), pnginfo=texts)


def _keep_places(figure: Figure) -> None:
    """Leave labels where a drawing put them; the next one would search anew."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            place = axis.label.get_transform().transform(axis.label.get_position())
            axis.set_label_coords(*axes.transAxes.inverted().transform(place))


def _save_vectors(canvas: FigureCanvasAgg, pdf: Path, svg: Path, of_pdf: Any, of_svg: Any) -> None:
    """Draw into a PDF and an SVG, each with its metadata, as Matplotlib's canvases of them do."""

    def blank(*_size: float) -> RendererAgg:
        """Empty the canvas for another map, which takes less time than a new one."""
        renderer: RendererAgg = canvas.get_renderer()
        renderer.clear()
        return renderer

    figure = canvas.figure
    width, height = figure.get_size_inches()
    dots = figure.dpi  # of maps, which are pictures
    file = PdfFile(pdf, of_pdf)
    try:
        figure.set_dpi(POINTS)
        file.newPage(width, height)
        with svg.open("w", encoding="utf-8") as text:
            both = _Both(
                RendererSVG(width * POINTS, height * POINTS, text, None, dots, metadata=of_svg),
                RendererPdf(file, dots, height, width),
            )
            renderer: Any = MixedModeRenderer(figure, width, height, dots, both, blank)
            figure.draw(renderer)
            renderer.finalize()
        file.finalize()
    finally:
        file.close()
        figure.set_dpi(dots)


class _Both(RendererBase):
    """Draws into SVG and PDF, where texts are as large as SVG says."""

    def __init__(self, svg: RendererSVG, pdf: RendererPdf) -> None:
        super().__init__()
        self.svg, self.pdf = svg, pdf
        for one in (svg, pdf):
            one._text2path.mathtext_parser = _FORMULAS  # there is no other way in
        for name in (
            *("get_canvas_width_height", "get_image_magnification", "flipy", "open_group"),
            *("get_text_width_height_descent", "option_scale_image", "close_group"),
        ):
            setattr(self, name, getattr(svg, name))
        for name in (
            *("draw_path", "draw_markers", "draw_path_collection", "draw_gouraud_triangles"),
            "finalize",
        ):
            setattr(self, name, _in_turn(getattr(svg, name), getattr(pdf, name)))

    def new_gc(self) -> Any:
        """Properties of what is drawn, with what PDF adds to those of Matplotlib."""
        return self.pdf.new_gc()

    def draw_image(self, gc: Any, x: float, y: float, im: Any, *transform: Any) -> None:
        """Draw a picture, whose dots are another's by the time that PDF is written."""
        self.svg.draw_image(gc, x, y, im, *transform)
        self.pdf.draw_image(gc, x, y, im.copy(), *transform)

    def draw_text(self, gc: Any, x: float, y: float, *arguments: Any, **options: Any) -> None:
        """Draw a text, at a height that is counted downward in SVG and upward in PDF."""
        self.svg.draw_text(gc, x, y, *arguments, **options)
        self.pdf.draw_text(gc, x, self.svg.height - y, *arguments, **options)


def _in_turn(one: Callable[..., None], other: Callable[..., None]) -> Callable[..., None]:
    def both(*arguments: Any, **options: Any) -> None:
        one(*arguments, **options)
        other(*arguments, **options)

    return both


class _Formulas(MathTextParser):  # type: ignore[type-arg]
    """Reads each formula once for all figures of a process: in dots for PNG, and for vectors.

    SVG asks for all of them in one size, from which those of PDF are scaled.
    """

    _parse_cached = lru_cache(1000)(vars(MathTextParser)["_parse_cached"].__wrapped__)

    def parse(self, s: str, dpi: float = POINTS, prop: Any = None, **options: Any) -> Any:
        """Read a formula in a font of some size."""
        scale = prop.get_size_in_points() / TextToPath.FONT_SCALE
        if dpi != POINTS or scale == 1.0:
            return super().parse(s, dpi, prop, **options)
        large = prop.copy()
        large.set_size(TextToPath.FONT_SCALE)
        found = super().parse(s, dpi, large, **options)
        return VectorParse(
            scale * found.width,
            scale * found.height,
            scale * found.depth,
            [(font, scale * of, *char, scale * x, scale * y) for font, of, *char, x, y in found[3]],
            [tuple(scale * length for length in box) for box in found.rects],
        )


_FORMULAS = _Formulas("path")
# To remember what each part of a formula was pays for deeply nested ones alone.
ParserElement.disable_memoization()
