{#- What an order of a customer is expected to be worth, by a row of the parameters p, q and v of
    Gamma-Gamma and a row of history. Who gave more back than was bought counts as 0. -#}
{% macro gamma_gamma_value(models, history) -%}
    {{ models }}.p
            * (
                {{ models }}.v
                + {{ history }}.repeat_count * greatest(coalesce({{ history }}.mean_repeat_value, 0), 0)
            )
            / ({{ models }}.p * {{ history }}.repeat_count + {{ models }}.q - 1)
{%- endmacro %}
