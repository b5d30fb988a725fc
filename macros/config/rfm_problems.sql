{#- What is wrong with covey_rfm, as a list of sentences. -#}
{% macro rfm_problems(given) %}
    {%- set problems = covey.settings_problems('covey_rfm', given) -%}
    {%- if problems -%}
        {{ return(problems) }}
    {%- endif -%}
    {%- set rfm = covey.settings_merged('covey_rfm', given) -%}
    {%- set scorings = ['quantile', 'midrank', 'fixed'] -%}
    {%- if rfm.scoring not in scorings -%}
        {%- do problems.append(
            'covey_rfm.scoring is ' ~ rfm.scoring ~ '. Did you mean "'
            ~ covey.closest_name(rfm.scoring, scorings) ~ '"?'
        ) -%}
    {%- endif -%}
    {%- if rfm.bins is not integer or rfm.bins < 2 or rfm.bins > 100 -%}
        {%- do problems.append(
            'covey_rfm.bins must be a whole number from 2 to 100, and is ' ~ rfm.bins
        ) -%}
    {%- endif -%}
    {%- if rfm.cut_offset and rfm.scoring != 'quantile' -%}
        {%- do problems.append('covey_rfm.cut_offset goes with scoring: quantile alone') -%}
    {%- endif -%}
    {%- if rfm.weights.values() | min < 0 or rfm.weights.values() | sum == 0 -%}
        {%- do problems.append(
            'covey_rfm.weights must not be negative, nor all be 0: ' ~ rfm.weights
        ) -%}
    {%- endif -%}
    {%- for measure in covey.rfm_measures() -%}
        {%- set cuts = rfm[measure ~ '_cuts'] -%}
        {%- if rfm.scoring != 'fixed' -%}
            {%- if cuts -%}
                {%- do problems.append(
                    'covey_rfm.' ~ measure ~ '_cuts goes with scoring: fixed alone'
                ) -%}
            {%- endif -%}
        {%- else -%}
            {%- set fault = namespace(is_found=cuts | length != rfm.bins - 1) -%}
            {%- for cut in cuts -%}
                {%- if covey.kind_of_value(cut) != 'a number'
                    or (not loop.first and cut <= cuts[loop.index0 - 1]) -%}
                    {%- set fault.is_found = true -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if fault.is_found -%}
                {%- do problems.append(
                    'covey_rfm.' ~ measure ~ '_cuts must be ' ~ (rfm.bins - 1)
                    ~ ' ascending numbers, one less than bins, and is ' ~ cuts
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
