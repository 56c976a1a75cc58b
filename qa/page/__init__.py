"""What the page shows and how it is guarded, without Gradio: app.py lays it out."""
